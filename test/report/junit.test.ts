import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { requireProgram } from '../support/program.ts';
import { validated } from '../support/validator.ts';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

const XSD = fileURLToPath(new URL('../../fixtures/schemas/jenkins-junit.xsd', import.meta.url));
const XMLLINT = ['--noout', '--nonet', '--schema', XSD, '-'];

for (const name of RESULT_NAMES) {
  test(`the JUnit of ${name} keeps to the schema of Jenkins`, async (t) => {
    const xmllint = requireProgram(t, 'xmllint');
    if (xmllint === null) return;
    const text = await report(savedResult(name), 'junit');

    const { ok, err } = validated(xmllint, XMLLINT, text);

    assert.ok(ok, err);
  });
}

test('the schema refuses what is wrong, so that the tests above can fail', async (t) => {
  const xmllint = requireProgram(t, 'xmllint');
  if (xmllint === null) return;
  const text = (await report(savedResult('open-ollama'), 'junit'))
    .replaceAll('<failure', '<fault')
    .replaceAll('</failure', '</fault');

  assert.equal(validated(xmllint, XMLLINT, text).ok, false);
});

interface Count {
  readonly elements: Record<string, number>;
  readonly suites: Record<string, string>[];
}

/** @throws when it is not well-formed. */
function count(xml: string): Count {
  const elements: Record<string, number> = {};
  const suites: Record<string, string>[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    elements[name] = (elements[name] ?? 0) + 1;
    if (name === 'testsuite') suites.push(attributes as Record<string, string>);
  });
  parser.write(xml).close();
  return { elements, suites };
}

test('hostile text is well-formed XML, adds no element, and the counts are right', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const document = hostileResult(hostile);

      const { elements, suites } = count(await report(document, 'junit'));

      const sum = (key: string): number => suites.reduce((total, suite) => total + Number(suite[key]), 0);
      assert.equal(elements.failure ?? 0, document.findings.filter(({ state }) => state === 'active').length);
      assert.equal(sum('failures'), elements.failure ?? 0);
      assert.equal(sum('tests'), elements.testcase ?? 0);
      assert.equal(sum('skipped'), elements.skipped ?? 0);
      assert.equal(sum('errors'), elements.error ?? 0);
      assert.equal(elements.script, undefined);
    }),
    { numRuns: 60 },
  );
});

test('a run that saw nothing is no green report', async () => {
  const { elements } = count(await report(savedResult('empty'), 'junit'));

  assert.equal(elements.error, 1);
});

test('only active findings fail; the others are noted or skipped', async () => {
  const findings = (['active', 'below-threshold', 'suppressed', 'baselined'] as const).map((state, i) =>
    blankFinding({ state, fingerprint: String(i).repeat(64) }),
  );

  const { elements } = count(await report(blankDocument({ findings }), 'junit'));

  assert.deepEqual([elements.failure, elements['system-out'], elements.skipped], [1, 1, 2]);
});
