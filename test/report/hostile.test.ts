import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ResultDocument } from '../../src/model/result.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { widthOf } from '../../src/report/terminal/width.ts';
import { report, savedResult } from './documents.ts';
import { hostileResult, hostileResults, replaceTexts } from './hostile-results.ts';

/*
 * Peers choose banners, versions, titles and certificates, and a saved result may come from anywhere:
 * every text in a document is replaced by text that wants to do harm.
 */

/** Everything but the line breaks of the report itself. */
const STEERS = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the only sequences that the report may write
const OWN_COLOURS = /\x1b\[(?:1|2|22|1;31|22;39|3[1236]|39)m/g;

test('no text steers the terminal or hides in it, and columns hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostileResults,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 200 }),
      async (hostile, colour, all, columns) => {
        const document = hostileResult(hostile);
        const text = (await report(document, 'table', { columns, colour, all })).replace(
          colour ? OWN_COLOURS : /$^/,
          '',
        );

        assert.doesNotMatch(text, STEERS);
        const tooLong = text.split('\n').filter((line) => widthOf(line) > Math.max(columns, 60));
        assert.deepEqual(tooLong, []);
      },
    ),
    { numRuns: 60 },
  );
});

test('JSON and JSON lines always parse, hold the data, and show nothing that steers', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const document = hostileResult(hostile);

      const json = await report(document, 'json');
      const lines = await report(document, 'jsonl');

      assert.doesNotMatch(json, STEERS);
      assert.doesNotMatch(lines, STEERS);
      const back = JSON.parse(json) as ResultDocument;
      assert.deepEqual(textsOf(back), textsOf(document));
      const records = lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string });
      assert.equal(records.length, 2 + document.endpoints.length + document.findings.length + document.troubles.length);
    }),
    { numRuns: 60 },
  );
});

/** Formats that are lines of text; two of them end theirs with CRLF. */
const TEXT_FORMATS = FORMATS.filter((format) => !['table', 'json', 'jsonl'].includes(format));

for (const format of TEXT_FORMATS) {
  test(`nothing in ${format} steers a terminal or hides, and it comes out the same twice`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileResults, async (hostile) => {
        const document = hostileResult(hostile);

        const text = await report(document, format);

        assert.doesNotMatch(format === 'csv' || format === 'ics' ? text.replaceAll('\r\n', '\n') : text, STEERS);
        assert.equal(text, await report({ ...document, findings: [...document.findings].reverse() }, format));
      }),
      { numRuns: 60 },
    );
  });
}

/** Every text with its count, wherever sorting has put it. */
function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(value, (_key, child: unknown) => {
    if (typeof child === 'string') texts.push(child);
    return child;
  });
  return texts.sort();
}

test('no text begins a line of its own, and so none can pass for a verdict', async () => {
  const forged = '\r\n\nNO FINDINGS  at 0 endpoints\n';
  const document = replaceTexts(savedResult('office-sweep'), () => forged) as ResultDocument;

  const text = await report(document, 'table', { all: true });

  assert.doesNotMatch(text, /^NO FINDINGS/m);
});

test('a megabyte of banner costs a few lines', async () => {
  const endless = 'A very long title '.repeat(60_000);
  const document = replaceTexts(savedResult('open-ollama'), () => endless) as ResultDocument;

  const text = await report(document, 'table');

  assert.ok(text.length < 20_000, `${text.length} characters`);
});
