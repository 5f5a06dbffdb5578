import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { judgeExpectations } from '../../src/judge/expectations.ts';
import { type Judgement, judgeEndpoints } from '../../src/judge/judge.ts';
import { judgeSubjects } from '../../src/judge/judge-subjects.ts';
import { endpointSubject } from '../../src/judge/subject.ts';
import { adviceLines, type Surroundings } from '../../src/model/advice.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type { Expectation } from '../../src/model/expectation.ts';
import { BLANK_ENDPOINT } from '../support/endpoint.ts';
import { BLANK_EXPECTATION } from '../support/expectation.ts';
import { builtinCatalogue } from '../support/prober.ts';

/*
 * Every rule has fixtures: `ng.*` must fail, `ok.*` must pass, `unknown.*` must be undecided.
 */

interface Fixture {
  readonly endpoint?: Partial<Endpoint>;
  readonly expectation?: Partial<Expectation>;
  /** As rules see it, for what has no shape of its own. */
  readonly subject?: Readonly<Record<string, unknown>>;
  readonly expect?: { readonly severity?: string; readonly confidence?: string };
}

const root = fileURLToPath(new URL('../../fixtures/rules/', import.meta.url));
const catalogue = await builtinCatalogue();
const rules = catalogue.rules.filter(({ subject }) => subject === 'endpoint' || subject === 'expectation');

const PLAIN = {
  kind: 'expectation',
  location: { kind: 'host' },
  identity: '',
  confidence: 'high',
  evidence: [],
  related: [],
  examined: true,
} as const;

function judge({ endpoint, expectation, subject }: Fixture): Judgement {
  if (subject) return judgeSubjects([{ ...PLAIN, subject }], catalogue, 'medium');
  if (expectation) return judgeExpectations([{ ...BLANK_EXPECTATION, ...expectation }], catalogue, 'medium');
  return judgeEndpoints([{ ...BLANK_ENDPOINT, ...endpoint }], catalogue, 'medium');
}

test('every rule has a failing and a passing fixture, and every fixture a rule', () => {
  const poor = rules.filter(({ id }) => {
    const names = existsSync(join(root, id)) ? readdirSync(join(root, id)) : [];
    return !names.some((name) => name.startsWith('ng.')) || !names.some((name) => name.startsWith('ok.'));
  });
  const strays = readdirSync(root).filter((name) => !catalogue.rules.some(({ id }) => id === name));

  assert.deepEqual(
    poor.map(({ id }) => id),
    [],
  );
  assert.deepEqual(strays, []);
});

for (const rule of rules) {
  const directory = join(root, rule.id);
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    test(`${rule.id}: ${name}`, () => {
      const fixture = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Fixture;

      const { findings, undecided } = judge(fixture);

      const finding = findings.find((candidate) => candidate.rule === rule.id);
      const open = undecided.find((candidate) => candidate.rule === rule.id);
      const verdict = finding ? 'ng' : open ? 'unknown' : 'ok';
      assert.equal(verdict, name.split('.')[0]);
      if (!finding) return;
      if (fixture.expect?.severity) assert.equal(finding.severity, fixture.expect.severity);
      if (fixture.expect?.confidence) assert.equal(finding.confidence, fixture.expect.confidence);
      assert.doesNotMatch(finding.message, /[{}]|undefined|unknown/, 'every placeholder is filled');
      assert.doesNotMatch(finding.message, /\(\)|without credentials \(\)| {2}/);
    });
  }
}

test('no rule matches a subject of which nothing is known', () => {
  const matching = catalogue.rules.filter(
    (rule) => catalogue.matches(rule.when, {}) || catalogue.matches(rule.when, endpointSubject(BLANK_ENDPOINT)),
  );

  assert.deepEqual(
    matching.map(({ id }) => id),
    [],
  );
});

test('fingerprints survive a new version and a new message, and tell places apart', () => {
  const open = JSON.parse(
    readFileSync(join(root, 'unauthenticated-endpoint', 'ng.ollama-on-lan.json'), 'utf8'),
  ) as Fixture;
  const endpoint = { ...BLANK_ENDPOINT, ...open.endpoint };
  const prints = (changed: Partial<Endpoint>): string | undefined =>
    judgeEndpoints([{ ...endpoint, ...changed }], catalogue, 'medium').findings.find(
      ({ rule }) => rule === 'unauthenticated-endpoint',
    )?.fingerprint;

  const original = prints({});

  assert.equal(
    prints({ service: endpoint.service && { ...endpoint.service, version: '9.9.9' }, reach: 'public' }),
    original,
  );
  assert.notEqual(prints({ port: 11435 }), original);
  assert.notEqual(prints({ host: '192.168.1.21' }), original);
});

test('advice fits where the service runs: nobody is told to listen on loopback inside of a container', () => {
  const open = JSON.parse(
    readFileSync(join(root, 'unauthenticated-endpoint', 'ng.ollama-on-lan.json'), 'utf8'),
  ) as Fixture;
  const means = (where: Surroundings): readonly string[] => {
    const { findings } = judgeEndpoints([{ ...BLANK_ENDPOINT, ...open.endpoint }], catalogue, 'medium', () => where);
    const fix = findings.find(({ rule }) => rule === 'unauthenticated-endpoint')?.fix ?? '';
    return [...fix.matchAll(/^(\w+): /gm)].map(([, name = '']) => name);
  };

  assert.deepEqual(means('container'), ['compose']);
  assert.deepEqual(means('program'), ['env', 'unit']);
  assert.deepEqual(means('host-network'), ['env']);
  assert.deepEqual(means('route'), ['proxy']);
  for (const { id, fix } of catalogue.services) {
    const lines = adviceLines(fix, 'container');
    assert.ok(lines.length > 0, id);
    assert.doesNotMatch(lines.filter((line) => line.startsWith('env: ')).join(), /=(?:127\.|localhost|::1)/, id);
  }
  assert.deepEqual(
    adviceLines(catalogue.services.find(({ id }) => id === 'invokeai')?.fix ?? {}, 'container').slice(1),
    ['compose: ports: ["127.0.0.1:9090:9090"]', 'env: INVOKEAI_MULTIUSER=true'],
  );
});

test('findings below the threshold are kept in their own bucket', () => {
  const fixture = JSON.parse(
    readFileSync(join(root, 'plaintext-endpoint', 'ng.open-is-lesser.json'), 'utf8'),
  ) as Fixture;

  const { findings } = judgeEndpoints([{ ...BLANK_ENDPOINT, ...fixture.endpoint }], catalogue, 'medium');

  assert.equal(findings.find(({ rule }) => rule === 'plaintext-endpoint')?.state, 'below-threshold');
  assert.equal(findings.find(({ rule }) => rule === 'unauthenticated-endpoint')?.state, 'active');
});
