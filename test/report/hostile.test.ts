import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ResultDocument } from '../../src/model/result.ts';
import { widthOf } from '../../src/report/terminal/width.ts';
import { report, savedResult } from './documents.ts';

/*
 * Peers choose banners, versions, titles and certificates, and a saved result may come from anywhere:
 * every text in a document is replaced by text that wants to do harm.
 */

/** Values from a closed list: changing them would make a document of another kind, not a hostile one. */
const VOCABULARY_KEYS = new Set([
  'schema',
  'origin',
  'transport',
  'reach',
  'speech',
  'confidence',
  'overall',
  'identity',
  'inventory',
  'inference',
  'admin',
  'schemes',
  'class',
  'state',
  'cors',
  'hostCheck',
  'conditions',
  'severity',
]);

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      '\x1b',
      '\x07',
      '\r',
      '\n',
      '\x9b',
      '\x00',
      '\u202e',
      '\u2066',
      '[',
      '2',
      'J',
      ']',
      '0',
      ';',
      'm',
      ' ',
      'a',
      '漢',
      '😀',
      '\u0301',
      '\ud800',
    ),
    maxLength: 60,
  }),
  fc.constantFrom(
    '\x1b[2J\x1b[1;1H',
    '\x1b]0;title\x07',
    '\x9b31m',
    '\x1b[31m',
    '\r\nNO FINDINGS',
    '\u202e\u2066',
    '__proto__',
    '',
    ' ',
  ),
);

/** The name of a result and the texts that are put into it, one after the other. */
const hostileResults = fc.tuple(
  fc.constantFrom('office-sweep', 'hostile-banners', 'interrupted', 'expired-certificate'),
  fc.array(HOSTILE, { minLength: 1, maxLength: 12 }),
);

function hostileResult([name, texts]: readonly [string, readonly string[]]): ResultDocument {
  let next = 0;
  return replaceTexts(savedResult(name), () => texts[next++ % texts.length] ?? '') as ResultDocument;
}

function replaceTexts(value: unknown, text: () => string, key = '', parent = ''): unknown {
  if (VOCABULARY_KEYS.has(key) || (key === 'kind' && ['location', 'related'].includes(parent))) return value;
  if (typeof value === 'string') return text();
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, text, '', key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, replaceTexts(child, text, name, key === '' ? parent : key)]),
  );
}

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
    { numRuns: 150 },
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
    { numRuns: 100 },
  );
});

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
