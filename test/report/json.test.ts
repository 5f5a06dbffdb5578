import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResultDocument } from '../../src/model/result.ts';
import type { ResultJson } from '../../src/report/contract.ts';
import { fromContract } from '../../src/report/from-contract.ts';
import { jsonPieces, reportJson } from '../../src/report/json.ts';
import { jsonText } from '../../src/report/json-text.ts';
import { resultJson } from '../../src/report/to-contract.ts';
import { toView } from '../../src/report/view.ts';
import { blankDocument, PLAIN, RESULT_NAMES, report, savedResult } from './documents.ts';

test('hidden characters are escaped and come back as they were', () => {
  const text =
    '\u0000\u001b\r\n\u007f\u0085\u009b\u00ad\u0600\u061c\u200b\ufff9\u202e\u2028\u2029\u2066\ufeff\u{e0041}\u{e000} é漢😀';

  const json = jsonText({ text });

  assert.match(json, /^[ -~é漢😀]*$/u);
  assert.equal(JSON.parse(json).text, text);
});

test('lone surrogates are escaped', () => {
  assert.equal(jsonText('\ud800'), String.raw`"\ud800"`);
});

test('indenting keeps real line breaks and escapes those in strings', () => {
  assert.equal(
    jsonText({ a: 'x\ny' }, 2),
    String.raw`{
  "a": "x\ny"
}`,
  );
});

test('a document written in pieces is the document written at once', () => {
  const saved = savedResult('open-ollama');
  const [endpoint] = saved.endpoints;
  const [finding] = saved.findings;
  assert.ok(endpoint && finding);
  for (const count of [0, 1, 63, 64, 65, 129]) {
    const some = <T>(item: T): T[] => Array.from({ length: count }, () => item);
    const view = toView({ ...saved, endpoints: some(endpoint), findings: some(finding) });

    const pieces = [...jsonPieces(view)];

    assert.equal(pieces.join(''), `${jsonText(resultJson(view.document), 2)}\n`);
    assert.equal(pieces.join(''), reportJson(view, PLAIN));
  }
});

test('keys stand in the order of the contract, whatever order they came in', async () => {
  const document = savedResult('open-ollama');
  const reversed = reverseKeys(document) as ResultDocument;

  const json = await report(reversed, 'json');

  assert.equal(json, await report(document, 'json'));
  assert.deepEqual(Object.keys(JSON.parse(json)), [
    'schema',
    'tool',
    'command',
    'startedAt',
    'finishedAt',
    'endpoints',
    'findings',
    'coverage',
    'troubles',
    'rules',
  ]);
  assert.deepEqual(Object.keys(JSON.parse(json).endpoints[0]).slice(0, 9), [
    'origin',
    'host',
    'address',
    'port',
    'url',
    'transport',
    'reach',
    'service',
    'auth',
  ]);
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reverseKeys(child)]),
  );
}

for (const name of RESULT_NAMES) {
  test(`${name}: the JSON holds the whole document and reports the same when read back`, async () => {
    const document = savedResult(name);

    const back: ResultJson = JSON.parse(await report(document, 'json'));

    const again = fromContract(back);
    assert.deepEqual(again, toView(document).document);
    for (const format of ['table', 'sarif', 'html'] as const)
      assert.equal(await report(again, format), await report(document, format));
  });

  test(`${name}: the lines put together are the JSON`, async () => {
    const document = savedResult(name);

    const lines = (await report(document, 'jsonl')).trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as { type: string; [key: string]: unknown });

    assert.equal(records[0]?.type, 'run');
    assert.equal(records.at(-1)?.type, 'end');
    const of = (type: string) =>
      records.filter((record) => record.type === type).map(({ type: _type, ...rest }) => rest);
    const together = {
      ...of('run')[0],
      ...of('end')[0],
      endpoints: of('endpoint'),
      ...(document.expectations ? { expectations: of('expectation') } : {}),
      ...(document.tls ? { tls: of('tls') } : {}),
      ...(document.certificates ? { certificates: of('certificate') } : {}),
      ...(document.host ? { host: of('host')[0] } : {}),
      findings: of('finding'),
      troubles: of('trouble'),
    };
    assert.deepEqual(together, JSON.parse(await report(document, 'json')));
  });
}

test('a document without troubles and findings still has its lists', () => {
  const { endpoints, findings, troubles, rules } = resultJson(blankDocument());

  assert.deepEqual({ endpoints, findings, troubles, rules }, { endpoints: [], findings: [], troubles: [], rules: [] });
});

test('only an interrupted run carries what it can be resumed from', () => {
  const whole = resultJson(blankDocument());
  const cut = resultJson(blankDocument({ resume: { request: { targets: ['10.0.0.0/8'] }, position: { next: 7 } } }));

  assert.equal('resume' in whole, false);
  assert.deepEqual(cut.resume, { request: { targets: ['10.0.0.0/8'] }, position: { next: 7 } });
});
