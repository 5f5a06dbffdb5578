import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FORMATS } from '../../src/report/formats.ts';
import { RESULT_NAMES, RESULTS, withoutAssets } from '../report/documents.ts';
import { postern } from '../support/command.ts';
import { temporaryFolder } from '../support/running.ts';

const saved = (name: string): string => fileURLToPath(new URL(`${name}.json`, RESULTS));
const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, RESULTS), 'utf8');

/** Replaying needs neither: the test fails when one of them is touched. */
const offline = {
  network: async () => assert.fail('the network was asked for'),
};

for (const name of RESULT_NAMES) {
  test(`${name} comes out of its file as it came out of its run`, async () => {
    const { code, out, err } = await postern(['report', saved(name), '--format', 'sarif'], offline);

    assert.equal(code, 0, err);
    assert.equal(out, golden(`${name}.sarif`));
  });
}

test('several formats at once, into files', async (t) => {
  const folder = temporaryFolder(t);
  const formats = FORMATS.filter((format) => format !== 'table' && format !== 'json' && format !== 'jsonl');

  const { code, out } = await postern(
    [
      'report',
      saved('office-sweep'),
      ...formats.flatMap((format) => ['--output', `${format}=${join(folder, format)}`]),
    ],
    offline,
  );

  assert.equal(code, 0);
  assert.equal(out, '');
  for (const format of formats)
    assert.equal(withoutAssets(readFileSync(join(folder, format), 'utf8')), golden(`office-sweep.${format}`), format);
});

test('a result is read from standard input, and printed as a table unless told otherwise', async () => {
  const input = readFileSync(saved('open-ollama'), 'utf8');

  const { code, out } = await postern(['report', '-'], { ...offline, input });

  assert.equal(code, 0);
  assert.match(out, /FINDINGS/);
});

test('what a report wrote as JSON can be reported again, with the same bytes', async (t) => {
  const file = join(temporaryFolder(t), 'again.json');
  await postern(['report', saved('office-sweep'), '--output', `json=${file}`], offline);

  const { out } = await postern(['report', file, '--format', 'json'], offline);

  assert.equal(out, readFileSync(file, 'utf8'));
});

test('a document with nothing but what the schema requires is shown in every format', async (t) => {
  const file = join(temporaryFolder(t), 'bare.json');
  const {
    resume: _resume,
    rules: _rules,
    tool: _tool,
    ...document
  } = JSON.parse(readFileSync(saved('open-ollama'), 'utf8'));
  const bare = {
    ...document,
    endpoints: document.endpoints.map(
      ({ origin, host, address, port, url, transport, reach, service, auth }: Record<string, unknown>) => {
        const { overall, operations, schemes } = auth as Record<string, unknown>;
        return { origin, host, address, port, url, transport, reach, service, auth: { overall, operations, schemes } };
      },
    ),
    findings: document.findings.map(({ fix: _fix, ...finding }: Record<string, unknown>) => finding),
  };
  writeFileSync(file, JSON.stringify(bare));

  for (const format of FORMATS) {
    const { code, out, err } = await postern(['report', file, '--format', format], offline);

    assert.equal(code, 0, `${format}: ${err}`);
    assert.notEqual(out, '', format);
  }
});

type Json = Record<string, unknown>;

const BROKEN: readonly (readonly [string, (document: Json) => unknown, RegExp])[] = [
  ['no JSON', () => null, /not a postern result/],
  [
    'another schema',
    (document) => ({ ...document, schema: 'x/\x1b[2J' }),
    /not a postern result \(expected schema postern\/result\/1\)/,
  ],
  [
    'a later schema',
    (document) => ({ ...document, schema: 'postern/result/2' }),
    /postern\/result\/2 is not known to this version/,
  ],
  ['findings that are no list', (document) => ({ ...document, findings: {} }), /findings: must be array/],
  [
    'a severity nobody knows',
    (document) => ({ ...document, findings: [{ ...(document.findings as Json[])[0], severity: 'awful' }] }),
    /findings\/0\/severity: must be equal to one of the allowed values \(info, low/,
  ],
  [
    'an endpoint without auth',
    (document) => ({ ...document, endpoints: [{ ...(document.endpoints as Json[])[0], auth: undefined }] }),
    /endpoints\/0: must have required property 'auth'/,
  ],
];

for (const [name, change, expected] of BROKEN) {
  test(`${name}: one line, exit 2`, async (t) => {
    const file = join(temporaryFolder(t), 'broken.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(saved('open-ollama'), 'utf8')))));

    const { code, out, err } = await postern(['report', file], offline);

    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, expected);
    assert.match(err, /^postern: report [ -~]+\n$/);
  });
}

for (const [name, text, expected] of [
  ['text', 'hello', /not JSON\n/],
  ['JSON lines', '{"type":"run"}\n{"type":"end"}\n', /not JSON, but JSON lines/],
  ['half a file', '{"schema":"postern/result/1","comm', /not JSON\n/],
] as const) {
  test(`${name} instead of a document: one line, exit 2`, async () => {
    const { code, err } = await postern(['report', '-'], { ...offline, input: text });

    assert.equal(code, 2);
    assert.match(err, expected);
  });
}

test('a file that is not there: one line, exit 2', async () => {
  const { code, err } = await postern(['report', '/nowhere/run.json'], offline);

  assert.equal(code, 2);
  assert.equal(err, 'postern: report /nowhere/run.json: does not exist\n');
});

test('a report that could not be written is no success', async (t) => {
  const folder = temporaryFolder(t);

  const { code, err } = await postern(['report', saved('open-ollama'), '--output', `csv=${folder}`], offline);

  assert.equal(code, 2);
  assert.match(err, /could not be written/);
});
