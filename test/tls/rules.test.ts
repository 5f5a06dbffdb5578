import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { judgeSubjects } from '../../src/judge/judge-subjects.ts';
import { TRAITS } from '../../src/model/tls-grade.ts';
import { builtinCatalogue } from '../support/prober.ts';
import { TABLES } from './support/inspect.ts';

/*
 * Rules over TLS, certificates, key files and relations: `ng.*` must fail, `ok.*` must pass, `unknown.*` must be undecided.
 * A fixture is the subject as rules see it.
 */

interface Fixture {
  readonly subject: Readonly<Record<string, unknown>>;
  readonly expect?: { readonly severity?: string };
}

const root = fileURLToPath(new URL('../../fixtures/rules/', import.meta.url));
const JUDGED = ['tls', 'certificate', 'relation', 'setting', 'credential', 'client', 'keyfile'];
const catalogue = await builtinCatalogue();
const rules = catalogue.rules.filter(({ subject }) => JUDGED.includes(subject));

for (const rule of rules) {
  const names = existsSync(join(root, rule.id)) ? readdirSync(join(root, rule.id)) : [];

  test(`${rule.id} has a failing and a passing fixture`, () => {
    assert.ok(names.some((name) => name.startsWith('ng.')));
    assert.ok(names.some((name) => name.startsWith('ok.')));
  });

  for (const name of names) {
    test(`${rule.id}: ${name}`, () => {
      const fixture = JSON.parse(readFileSync(join(root, rule.id, name), 'utf8')) as Fixture;
      const judged = {
        kind: rule.subject,
        location: { kind: 'endpoint' },
        identity: '',
        confidence: 'high',
        evidence: [],
        related: [],
        examined: true,
      } as const;

      const { findings, undecided } = judgeSubjects([{ ...judged, subject: fixture.subject }], catalogue, 'medium');

      const finding = findings.find((one) => one.rule === rule.id);
      const open = undecided.some((one) => one.rule === rule.id);
      assert.equal(finding ? 'ng' : open ? 'unknown' : 'ok', name.split('.')[0]);
      if (!finding) return;
      if (fixture.expect?.severity) assert.equal(finding.severity, fixture.expect.severity);
      assert.doesNotMatch(finding.message, /[{}]|undefined|unknown(?! one)| {2}/, 'every placeholder is filled');
    });
  }
}

test('the grading table prices every trait once, and names rules that exist', () => {
  assert.deepEqual(TABLES.grading.map(({ trait }) => trait).sort(), [...TRAITS].sort());
  const ids = new Set(rules.map(({ id }) => id));
  assert.deepEqual(
    TABLES.grading.filter(({ rule }) => !ids.has(rule)),
    [],
  );
});

test('the guidelines name suites and groups that the tables have', () => {
  const suites = new Set(TABLES.suites.map(({ name }) => name));
  const groups = new Set(TABLES.groups.map(({ name }) => name));

  for (const profile of TABLES.profiles) {
    assert.deepEqual(
      profile.suites.filter((name) => !suites.has(name)),
      [],
    );
    assert.deepEqual(
      profile.groups.filter((name) => !groups.has(name)),
      [],
    );
  }
});

test('codes and names of suites and groups are unique', () => {
  for (const table of [TABLES.suites, TABLES.sslv2, TABLES.groups, TABLES.schemes]) {
    assert.equal(new Set(table.map(({ code }) => code)).size, table.length);
    assert.equal(new Set(table.map(({ name }) => name)).size, table.length);
  }
  assert.ok(TABLES.suites.length > 360);
});
