import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { markdownCode, markdownLines, markdownText } from '../../src/report/markdown/text.ts';
import { requireProgram } from '../support/program.ts';
import { validated } from '../support/validator.ts';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults } from './hostile-results.ts';

const GFM = ['--unsafe', '-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-e', 'tagfilter', '-t', 'html'];

/** What our own headings, lists, tables, code spans and emphasis come to. */
const OWN_ELEMENTS = [
  'h2',
  'h3',
  'h4',
  'p',
  'ul',
  'li',
  'strong',
  'em',
  'code',
  'br',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'details',
  'summary',
];

function elementsOf(html: string): string[] {
  return [...new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map((match) => (match[1] ?? '').toLowerCase()))];
}

test('no text becomes markup: a reference implementation of GFM finds only our own elements', async (t) => {
  const cmark = requireProgram(t, 'cmark-gfm');
  if (cmark === null) return;
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const text = await report(hostileResult(hostile), 'markdown');

      const { ok, out, err } = validated(cmark, GFM, text);

      assert.ok(ok, err);
      assert.deepEqual(
        elementsOf(out).filter((name) => !OWN_ELEMENTS.includes(name)),
        [],
      );
      assert.doesNotMatch(out, /[@#]\w/.test(text) ? /(?<![\w`])@[a-z]\w*(?![^<]*<\/code>)/ : /$^/);
    }),
    { numRuns: 40 },
  );
});

test('a table keeps its columns', async (t) => {
  const cmark = requireProgram(t, 'cmark-gfm');
  if (cmark === null) return;
  const document = savedResult('hostile-banners');

  const { out } = validated(cmark, GFM, await report(document, 'markdown'));

  const rows = out
    .split('<tr>')
    .slice(1)
    .map((row) => row.split(/<t[hd][ >]/).length - 1);
  assert.deepEqual([...new Set(rows)].sort(), [2, 6]);
});

const TEXTS: readonly (readonly [string, string, string])[] = [
  ['emphasis', '*a* _b_', '\\*a\\* \\_b\\_'],
  ['a link', '[a](b)', '\\[a\\]\\(b\\)'],
  ['a bare address', 'http://a.b www.a.b', 'http:\\/\\/a.b www\\.a.b'],
  ['a mention and a reference', '@me #1', '@<!-- -->me #<!-- -->1'],
  ['HTML', '<b>&amp;', '\\<b\\>\\&amp;'],
  ['controls', 'a\x1b[2J\r\nb', 'a\\\\x1b\\[2J\\\\r\\\\nb'],
];

for (const [name, text, expected] of TEXTS) {
  test(`${name} is shown as it is`, () => {
    const shown = markdownText(text);

    assert.equal(shown, expected);
  });
}

test('lines stay in one paragraph', () => {
  const shown = markdownLines('1. a\n- b\n# c\n\n=== d');

  assert.equal(shown, '1<!-- -->. a<br>\\- b<br>\\# c<br>\\=== d');
});

test('a code span ends where it should', () => {
  assert.equal(markdownCode('a`b``c|d'), '```a`b``c\\|d```');
  assert.equal(markdownCode('`a'), '`` `a ``');
  assert.equal(markdownCode(' '), '');
});

test('a step summary stays below what GitHub takes, and says what it left out', async () => {
  const findings = Array.from({ length: 5000 }, (_, i) =>
    blankFinding({ message: '<*>'.repeat(400), fix: '<*>\n'.repeat(500), fingerprint: String(i).padStart(64, '0') }),
  );

  const text = await report(blankDocument({ findings }), 'github-summary');

  assert.ok(Buffer.byteLength(text) < 1_048_576);
  assert.match(text, /4,900 more findings not shown here/);
  assert.match(text, /5,000 findings/);
});

test('a run that saw nothing does not read as clean', async () => {
  const text = await report(savedResult('empty'), 'markdown');

  assert.match(text, /Nothing was examined/);
  assert.doesNotMatch(text, /No findings/);
});

for (const name of RESULT_NAMES) {
  test(`${name} names every finding that is not set aside`, async () => {
    const document = savedResult(name);
    const current = document.findings.filter(({ state }) => state === 'active' || state === 'below-threshold');

    const text = await report(document, 'markdown');

    assert.equal(text.match(/^#### /gm)?.length ?? 0, current.length);
  });
}
