import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import type { Expectation } from '../../src/model/expectation.ts';
import { BLANK_EXPECTATION } from '../support/expectation.ts';
import { blankDocument, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

/*
 * What a verification looks like where a machine reads it: a case for each row, and no green report without a proof.
 */

interface Case {
  readonly name: string;
  readonly classname: string;
  outcome: string;
}

/** @throws when it is not well-formed. */
function casesIn(xml: string): Case[] {
  const cases: Case[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const last = cases.at(-1);
    if (name === 'testcase') cases.push({ name: '', classname: '', ...attributes, outcome: 'passed' } as Case);
    else if (last && ['failure', 'error', 'skipped', 'system-out'].includes(name)) last.outcome = name;
  });
  parser.write(xml).close();
  return cases;
}

function verified(rows: readonly Partial<Expectation>[]): ReturnType<typeof blankDocument> {
  const { endpoints } = savedResult('verified-vllm');
  return blankDocument({
    command: 'verify',
    endpoints,
    expectations: rows.map((row) => ({ ...BLANK_EXPECTATION, ...row })),
  });
}

const HELD: Partial<Expectation> = { got: 'refused', status: 401, verdict: 'held' };

test('every row is a case of its own: failed, noted, skipped or passed', async () => {
  const saved = savedResult('verified-vllm');
  const rows = saved.expectations ?? [];

  const cases = casesIn(await report(saved, 'junit')).filter(({ classname }) =>
    classname.startsWith('postern.verify.'),
  );

  assert.equal(cases.length, rows.length);
  assert.equal(new Set(cases.map(({ classname, name }) => `${classname}\n${name}`)).size, cases.length);
  const of = (outcome: string): number => cases.filter((one) => one.outcome === outcome).length;
  const verdicts = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  assert.equal(of('passed'), verdicts('held'));
  assert.equal(of('skipped'), verdicts('unknown'));
  assert.equal(of('failure') + of('system-out'), verdicts('broken'));
  const mild = new Set(saved.findings.filter(({ state }) => state === 'below-threshold').map(({ rule }) => rule));
  assert.equal(of('system-out'), mild.size);
});

test('no finding of a verification stands in the report twice', async () => {
  const saved = savedResult('verified-vllm');

  const cases = casesIn(await report(saved, 'junit'));

  const failed = cases.filter(({ outcome }) => outcome === 'failure');
  assert.equal(failed.length, saved.findings.filter(({ state }) => state === 'active').length);
  assert.deepEqual([...new Set(cases.map(({ classname }) => classname.split('.')[1]))], ['coverage', 'verify']);
});

test('a row that is broken without a rule that says so fails all the same', async () => {
  const rows = [
    HELD,
    { ...HELD, sent: 'a wrong credential', got: 'accepted', status: 200, verdict: 'broken' } as const,
  ];

  const cases = casesIn(await report(verified(rows), 'junit'));

  assert.deepEqual(
    cases.filter(({ outcome }) => outcome === 'failure').map(({ name }) => name),
    ['inventory GET /api/tags at 192.168.1.20:11434: a wrong credential'],
  );
});

const UNPROVED: readonly [string, readonly Partial<Expectation>[], RegExp][] = [
  ['no row at all', [], /no door was seen to refuse/],
  ['nothing but doubts', [{}], /no door was seen to refuse/],
  ['a key that was not tried', [HELD, { check: 'right-credential' }], /the credential was not seen to open a door/],
];

for (const [what, rows, reason] of UNPROVED) {
  test(`${what} is no green report`, async () => {
    const document = verified(rows);

    const cases = casesIn(await report(document, 'junit'));

    assert.equal(cases.find(({ name }) => name === 'the lock was proved')?.outcome, 'error');
    assert.match(await report(document, 'table'), /NOTHING PROVED/);
    assert.match(await report(document, 'markdown'), reason);
  });
}

test('a proof is one', async () => {
  const cases = casesIn(await report(verified([HELD]), 'junit'));

  assert.deepEqual([...new Set(cases.map(({ outcome }) => outcome))], ['passed']);
});

test('hostile text in rows is well-formed XML and adds no case', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async ([, texts]) => {
      const document = hostileResult(['verified-vllm', texts]);

      const cases = casesIn(await report(document, 'junit'));

      const rows = document.expectations ?? [];
      assert.equal(cases.filter(({ classname }) => classname.startsWith('postern.verify.')).length, rows.length);
    }),
    { numRuns: 40 },
  );
});

test('Markdown has a line for each row, a summary those first that were not as expected', async () => {
  const saved = savedResult('verified-vllm');
  const lines = (text: string): string[] => text.split('\n').filter((line) => /^\| .* at `[^`]+` \| /.test(line));
  const many = Array.from({ length: 150 }, () => HELD);
  const last = { ...HELD, request: 'GET /last', got: 'accepted', status: 200, verdict: 'broken' } as const;

  const markdown = await report(saved, 'markdown');
  const summary = await report(verified([...many, last]), 'github-summary');

  assert.equal(lines(markdown).length, saved.expectations?.length);
  assert.match(summary, /### Expectations[\s\S]*?\| --- \|[^\n]*\n\| inventory `GET \/last`/);
  assert.match(summary, /\*51 more rows not shown here\.\*/);
});
