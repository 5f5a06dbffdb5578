import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { assetModule } from '../../bin/build-report-assets.ts';
import { wideSweep } from '../../fixtures/lab/wide-sweep.ts';
import type { ResultDocument } from '../../src/model/result.ts';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';
import { hostileResult, hostileResults, replaceTexts } from './hostile-results.ts';
import { parsePage } from './html-page.ts';

for (const name of RESULT_NAMES) {
  test(`the page of ${name} is HTML without errors, and every link inside it leads somewhere`, async () => {
    const page = parsePage(await report(savedResult(name), 'html'));

    const ids = new Set(page.attributes('id'));
    const lost = page.attributes('href').filter((href) => href.startsWith('#') && !ids.has(href.slice(1)));
    assert.deepEqual(page.errors, []);
    assert.deepEqual(lost, []);
    assert.equal(ids.size, page.attributes('id').length, 'an id is given twice');
  });
}

test('a long report has the same without JavaScript: every finding, every door, and no link that leads nowhere', async () => {
  const document = wideSweep(savedResult('office-sweep'), 1200);

  const page = parsePage(await report(document, 'html'));

  const ids = new Set(page.attributes('id'));
  const named = document.findings.filter(({ fingerprint }) => ids.has(`finding-${fingerprint}`));
  assert.deepEqual(page.errors, []);
  assert.equal(named.length, 1200);
  assert.ok(ids.has(`endpoint-${document.endpoints.length}`));
  assert.deepEqual(
    page.attributes('href').filter((href) => href.startsWith('#') && !ids.has(href.slice(1))),
    [],
  );
  assert.deepEqual(page.count(['noscript']), { noscript: 2 });
});

test('the module with style and script is made from their files', () => {
  const module = readFileSync(new URL('../../src/report/html/assets.generated.ts', import.meta.url), 'utf8');

  assert.equal(module, assetModule());
});

test('the policy allows the style and the script of the page and nothing else', async () => {
  const page = parsePage(await report(savedResult('office-sweep'), 'html'));

  const hash = (element: 'style' | 'script') => {
    const [content, ...others] = page.contents(element);
    assert.equal(others.length, 0);
    return `'sha256-${createHash('sha256')
      .update(content ?? '')
      .digest('base64')}'`;
  };
  assert.deepEqual(page.policy, [
    "default-src 'none'",
    `style-src ${hash('style')}`,
    `script-src ${hash('script')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

/** Elements that can load, send, frame or run something; those of the page itself are counted below. */
const ACTIVE = ['a', 'form', 'link', 'meta', 'script', 'style'];

test('hostile text adds no element that can do anything, no attribute and no way out of the page', async () => {
  await fc.assert(
    fc.asyncProperty(hostileResults, async (hostile) => {
      const page = parsePage(await report(hostileResult(hostile), 'html'));

      assert.deepEqual(page.errors, []);
      assert.deepEqual(page.strangeElements(), []);
      assert.deepEqual(page.strangeAttributes(), []);
      assert.deepEqual(
        page.attributes('href').filter((href) => !/^(?:#|https:\/\/[!-~]+$)/.test(href)),
        [],
      );
      const counts = page.count(ACTIVE.filter((name) => name !== 'a'));
      assert.deepEqual(counts, { form: counts.form, link: 0, meta: 6, script: 1, style: 1 });
    }),
    { numRuns: 120 },
  );
});

test('the parser sees an element that should not be there, so that the test above can fail', async () => {
  const text = await report(savedResult('open-ollama'), 'html');

  const page = parsePage(text.replace('<main>', '<main><img src=x onerror=alert(1)>'));

  assert.deepEqual(page.strangeElements(), ['img']);
  assert.deepEqual(page.strangeAttributes(), ['onerror', 'src']);
});

test('a reference that is no web address is text', async () => {
  const [rule] = savedResult('open-ollama').rules;
  assert.ok(rule);
  const references = ['javascript:alert(1)', 'https://x" onclick="alert(1)', 'https://example.org/ok'];

  const page = parsePage(
    await report(
      blankDocument({ rules: [{ ...rule, references }], findings: [blankFinding({ rule: rule.id })] }),
      'html',
    ),
  );

  const outside = page.attributes('href').filter((href) => !href.startsWith('#') && !href.includes('cwe.mitre.org'));
  assert.deepEqual(outside, ['https://example.org/ok']);
});

test('findings with one fingerprint are still two places to link to', async () => {
  const findings = [blankFinding(), blankFinding({ message: 'again' })];

  const page = parsePage(await report(blankDocument({ findings }), 'html'));

  const name = `finding-${'a'.repeat(64)}`;
  assert.deepEqual(
    page.attributes('id').filter((id) => id.startsWith('finding-') && id !== 'finding-list'),
    [name, `${name}-2`],
  );
});

test('a megabyte of banner does not make a page of megabytes', async () => {
  const endless = 'A very long title '.repeat(60_000);
  const document = replaceTexts(savedResult('open-ollama'), () => endless) as ResultDocument;

  const text = await report(document, 'html');

  assert.ok(text.length < 300_000, `${text.length} characters`);
});

test('a finding in a file shows the line with what is meant marked, its chain, its edits and who suppressed it', async () => {
  const file = 'compose.yaml';
  const finding = blankFinding({
    location: {
      kind: 'file',
      file,
      line: 7,
      column: 9,
      endLine: 7,
      endColumn: 22,
      excerpt: '      - "11434:11434" <b>',
    },
    related: [{ kind: 'file', file, line: 3, says: 'starts Ollama', excerpt: '    image: ollama/ollama' }],
    edits: [
      { span: { file, start: 90, end: 90 }, insert: '127.0.0.1:', safety: 'unsafe', title: 'Publish on loopback' },
    ],
    state: 'suppressed',
    suppression: { kind: 'comment', reason: 'a lab', at: 'compose.yaml:6:9' },
  });

  const text = await report(blankDocument({ findings: [finding] }), 'html');

  const page = parsePage(text);
  assert.deepEqual([page.errors, page.strangeElements()], [[], []]);
  assert.deepEqual(page.contents('mark'), ['"11434:11434"', '    image: ollama/ollama']);
  assert.match(text, /<li><span class="place">compose\.yaml:3<\/span> starts Ollama/);
  assert.match(text, /Publish on loopback <code>127\.0\.0\.1:<\/code> <small>unsafe<\/small>/);
  assert.match(text, /Suppressed by a comment at <span class="place">compose\.yaml:6:9<\/span>: a lab/);
});
