import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blankDocument, blankFinding, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

/** RFC 4180; fails on what it does not allow. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /"((?:[^"]|"")*)"(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    assert.ok(match, `not a quoted field at ${at}: ${text.slice(at, at + 40)}`);
    record.push((match[1] ?? '').replaceAll('""', '"'));
    if (match[2] === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

test('every record has every field, and no field starts a formula', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const document = hostileResult(hostile);

      const records = parseCsv(await report(document, 'csv'));

      assert.equal(records.length, document.findings.length + 1);
      assert.deepEqual([...new Set(records.map((record) => record.length))], [16]);
      assert.deepEqual(
        records.flat().filter((value) => /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value)),
        [],
      );
    }),
    { numRuns: 60 },
  );
});

for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '|calc', '%x']) {
  test(`${JSON.stringify(formula)} is text to a spreadsheet`, async () => {
    const text = await report(blankDocument({ findings: [blankFinding({ message: formula })] }), 'csv');

    const message = parseCsv(text)[1]?.[12] ?? '';
    assert.match(message, formula.startsWith('\t') ? /^\\t=1$/ : /^'/);
  });
}

test('fields are where the header says', async () => {
  const [header = [], ...records] = parseCsv(await report(savedResult('open-ollama'), 'csv'));

  const first = Object.fromEntries(header.map((name, i) => [name, records[0]?.[i]]));
  assert.equal(first.place, '192.168.1.20:11434');
  assert.equal(first.severity, 'critical');
  assert.equal(first.cwe, 'CWE-306');
});
