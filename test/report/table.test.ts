import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDING_STATES } from '../../src/model/finding.ts';
import { PORT_STATES } from '../../src/model/result.ts';
import { counted, duration, grouped, timestamp } from '../../src/report/table/words.ts';
import { widthOf } from '../../src/report/terminal/width.ts';
import { BLANK_ENDPOINT } from '../support/endpoint.ts';
import { blankDocument, blankFinding, RESULT_NAMES, report, savedResult } from './documents.ts';

for (const name of RESULT_NAMES) {
  for (const columns of [60, 72, 80, 100, 120, 140, 200]) {
    test(`${name} keeps within ${columns} columns`, async () => {
      const lines = (await report(savedResult(name), 'table', { columns })).split('\n');

      const tooLong = lines.filter((line) => widthOf(line) > columns);

      assert.deepEqual(tooLong, []);
    });
  }

  test(`${name} says the same with colour and without`, async () => {
    const plain = await report(savedResult(name), 'table');
    const coloured = await report(savedResult(name), 'table', { colour: true });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour is made of
    assert.equal(coloured.replace(/\x1b\[[0-9;]+m/g, ''), plain);
    assert.notEqual(coloured, plain);
    assert.doesNotMatch(plain, /[^\n\P{Cc}]/u);
  });

  test(`${name} has no line that ends in spaces`, async () => {
    assert.doesNotMatch(await report(savedResult(name), 'table'), / $/m);
  });
}

test('every probe state is printed, those that are zero too', async () => {
  const probes = { open: 1, closed: 22, filtered: 3333, unreachable: 0, error: 5, skipped: 0 };
  const document = blankDocument({ coverage: { ...blankDocument().coverage, probes } });

  const text = await report(document, 'table', { columns: 100 });

  assert.match(text, /3,361: 1 open, 22 closed, 3,333 filtered, 0 unreachable, 5 error, 0 skipped/);
  assert.ok(PORT_STATES.every((state) => text.includes(state)));
});

test('strangers are summed up in a line, --all lists them', async () => {
  const endpoints = [1, 2, 3, 4].map((last) => ({
    ...BLANK_ENDPOINT,
    host: `10.0.0.${last}`,
    address: `10.0.0.${last}`,
    url: null,
  }));
  const service = { id: 'x', name: 'Some Service', kind: 'ui', version: null, confidence: 'high' as const };
  const document = blankDocument({ endpoints: [...endpoints, { ...BLANK_ENDPOINT, service }] });

  const short = await report(document, 'table');
  const long = await report(document, 'table', { all: true });

  assert.match(short, /^4 other HTTP endpoints, no AI service recognised; --all lists them$/m);
  assert.doesNotMatch(short, /10\.0\.0\.1/);
  assert.match(long, /^10\.0\.0\.1 +11434 +unrecognised +plaintext +unknown/m);
  assert.doesNotMatch(long, /--all/);
});

test('a guarded stranger is listed as such', async () => {
  const endpoint = {
    ...BLANK_ENDPOINT,
    auth: { ...BLANK_ENDPOINT.auth, overall: 'guarded' as const, schemes: ['basic' as const] },
  };

  const text = await report(blankDocument({ endpoints: [endpoint] }), 'table', { columns: 140 });

  assert.match(text, /^192\.168\.1\.20 +11434 +unrecognised +plaintext +guarded: basic +–$/m);
});

test('no finding is lost, whatever its state', async () => {
  const findings = FINDING_STATES.map((state) => blankFinding({ state, rule: `rule-${state}`, severity: 'medium' }));
  const document = blankDocument({ findings });

  const short = await report(document, 'table');
  const long = await report(document, 'table', { all: true });

  assert.match(short, /rule-active/);
  assert.match(short, /rule-below-threshold/);
  assert.match(short, /^1 suppressed and 1 baselined findings are set aside; --all shows them$/m);
  for (const state of FINDING_STATES) assert.match(long, new RegExp(`rule-${state}`));
});

test('a finding has its message, evidence and every line of its fix', async () => {
  const evidence = [{ about: 'door' as const, request: 'GET /api/tags', status: 200, shows: 'JSON with models' }];
  const finding = blankFinding({ evidence, fix: 'Bind it to loopback.\nenv: OLLAMA_HOST=127.0.0.1' });

  const text = await report(blankDocument({ findings: [finding] }), 'table');

  assert.ok(
    text.includes(
      [
        'CRITICAL  192.168.1.20:11434  unauthenticated-endpoint',
        '  Ollama answers anyone.',
        '  Seen  GET /api/tags → 200 JSON with models',
        '  Fix   Bind it to loopback.',
        '        - env: OLLAMA_HOST=127.0.0.1',
        '',
      ].join('\n'),
    ),
    text,
  );
});

test('long lists are cut with a count, --all gives them whole', async () => {
  const troubles = Array.from({ length: 30 }, (_, i) => ({
    kind: 'probe-error',
    where: `10.0.0.${i + 1}:80`,
    what: 'x',
  }));
  const document = blankDocument({ troubles });

  const short = await report(document, 'table');
  const long = await report(document, 'table', { all: true });

  assert.match(short, /24 more, --all lists them/);
  for (const { where } of troubles) assert.ok(long.includes(where), where);
});

test('columns stay in line whatever is in a cell', async () => {
  const names = ['漢字テスト', 'e\u0301\u0302', '😀🫠👍🏽🇨🇭', 'ไทยกำ', 'עברית', '\u1160\u1161', 'plain', 'ﬁ½™'];
  const endpoints = names.map((name, i) => ({
    ...BLANK_ENDPOINT,
    address: `10.0.0.${i + 1}`,
    host: `10.0.0.${i + 1}`,
    service: { id: 'x', name, kind: 'ui', version: '1', confidence: 'high' as const },
  }));

  const text = await report(blankDocument({ endpoints }), 'table', { columns: 140 });

  const rows = text.split('\n').filter((line) => line.includes('plaintext'));
  assert.equal(rows.length, names.length);
  const starts = rows.map((row) => widthOf(row.slice(0, row.indexOf('plaintext'))));
  assert.deepEqual(new Set(starts).size, 1, text);
});

test('a table of many rows is one table', async () => {
  const service = { id: 'x', name: 'Some Service', kind: 'ui', version: null, confidence: 'high' as const };
  const endpoints = Array.from({ length: 250 }, (_, i) => ({ ...BLANK_ENDPOINT, port: 1000 + i, url: null, service }));

  const lines = (await report(blankDocument({ endpoints }), 'table', { columns: 120 })).split('\n');

  const head = lines.findIndex((line) => line.startsWith('HOST'));
  const rows = lines.slice(head + 2, lines.indexOf('', head));
  assert.deepEqual(
    rows.map((row) => Number(/ (\d{4}) {2}Some Service {2}plaintext {2}unknown/.exec(row)?.[1])),
    endpoints.map(({ port }) => port),
  );
});

test('an interrupted run says so where it counts', async () => {
  const { coverage } = blankDocument();
  const text = await report(blankDocument({ coverage: { ...coverage, complete: false } }), 'table');

  assert.match(text, /^COVERAGE {2}interrupted/m);
  assert.match(text.replaceAll('\n', ' ').trimEnd(), /interrupted, the rest is unknown$/);
});

test('numbers and times in words', () => {
  assert.deepEqual([0, 999, 1000, 65_534, 1_234_567].map(grouped), ['0', '999', '1,000', '65,534', '1,234,567']);
  assert.deepEqual(
    [counted(1, 'port'), counted(2, 'port'), counted(0, 'address', 'addresses')],
    ['1 port', '2 ports', '0 addresses'],
  );
  assert.deepEqual([0, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000].map(duration), [
    '0 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '1 min 0 s',
    '59 min 59 s',
    '1 h 0 min',
  ]);
  assert.equal(timestamp('2026-11-21T07:15:42.118Z'), '2026-11-21 07:15:42 UTC');
  assert.equal(timestamp('later'), 'later');
});
