import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Options } from 'yargs';
import { LINT_OPTIONS } from '../../src/cli/commands/lint-options.ts';
import { SCAN_OPTIONS } from '../../src/cli/commands/scan-options.ts';
import { TLS_OPTIONS } from '../../src/cli/commands/tls-options.ts';
import { VERIFY_OPTIONS } from '../../src/cli/commands/verify-options.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { UsageError } from '../../src/model/trouble.ts';

const read = (body: string, path = 'postern.config.yaml') => readConfig(path, `schema: postern/config/1\n${body}`);

test('a whole file', async () => {
  const { config, at } = await read(
    `fail-on: high
strict: true
rules:
  no-tls13: { enabled: false, reason: old printers }
  weak-key: { severity: low }
scan:
  targets: [192.168.1.0/24]
  rate: 200
tls:
  trust:
    - { targets: [10.0.0.0/8], ca: internal-ca.pem }
lint:
  pedantic: true
  ignore:
    - { rule: plaintext-endpoint, path: 'dev/**', reason: laptops only, expires: 2027-01-01 }
expect:
  - { service: ollama, listen: [127.0.0.1], auth: guarded, grade: A, reach: loopback }
notify:
  url: https://hooks.lan/postern
  secret-env: POSTERN_SECRET
output:
  - { format: json, file: runs/last.json }
`,
    'ops/postern.config.yaml',
  );

  assert.deepEqual(config.shared, { 'fail-on': 'high', strict: true });
  assert.deepEqual(config.rules, {
    'no-tls13': { enabled: false, reason: 'old printers' },
    'weak-key': { enabled: true, severity: 'low' },
  });
  assert.deepEqual(config.options.scan, { targets: ['192.168.1.0/24'], rate: 200 });
  assert.deepEqual(config.options.lint, { pedantic: true });
  assert.deepEqual(config.trust, [
    { targets: ['10.0.0.0/8'], ca: 'ops/internal-ca.pem', at: 'ops/postern.config.yaml:12:7' },
  ]);
  assert.equal(config.ignore[0]?.reason, 'laptops only');
  assert.equal(config.ignore[0]?.expires, '2027-01-01');
  assert.equal(config.ignore[0]?.at, 'ops/postern.config.yaml:16:7');
  assert.equal(config.expect[0]?.auth, 'guarded');
  assert.deepEqual(config.notify, {
    url: 'https://hooks.lan/postern',
    format: 'json',
    on: 'new',
    secretEnv: 'POSTERN_SECRET',
    at: 'ops/postern.config.yaml:20:3',
  });
  assert.deepEqual(config.output, [{ format: 'json', file: 'ops/runs/last.json' }]);
  assert.equal(at(['scan', 'rate']), 'ops/postern.config.yaml:9:3');
});

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown key', 'scan: { exclde: [a] }', /^x:2:9: scan: unknown key 'exclde'; did you mean 'exclude'\?$/],
  ['an unknown section', 'scann: {}', /^x:2:1: top level: unknown key 'scann'; did you mean 'scan'\?$/],
  ['a number that is none', 'scan: { rate: fast }', /^x:2:9: scan\.rate: expected a whole number from 0 to 1000000$/],
  ['a number out of bounds', 'scan: { retries: 99 }', /^x:2:9: scan\.retries: expected a whole number from 0 to 10$/],
  ['a duration that is none', 'tls: { pace: 2h }', /^x:2:8: tls\.pace: expected a duration such as 500ms or 2s$/],
  ['ports that are none', 'scan: { ports: [] }', /^x:2:9: scan\.ports: expected ports, ranges and groups such as/],
  ['an unknown severity', 'fail-on: hihg', /^x:2:1: fail-on: expected one of info, .*critical; did you mean 'high'\?$/],
  ['an ignore without a reason', 'lint: { ignore: [{ rule: x }] }', /^x:2:18: lint\.ignore\.0: 'reason' is missing$/],
  [
    'an ignore of everything',
    'lint: { ignore: [{ reason: x }] }',
    /^x:2:18: lint\.ignore\.0: expected at least 2 keys$/,
  ],
  [
    'a day that is none',
    'lint: { ignore: [{ rule: x, reason: y, expires: 2027-02-30 }] }',
    /^x:2:40: lint\.ignore\.0\.expires: expected a date such as 2027-01-31, not '2027-02-30'$/,
  ],
  ['an address of another kind', 'notify: { url: ftp://x }', /^x:2:11: notify\.url: expected an http or https URL$/],
  [
    'a secret written down',
    'notify: { url: http://a, secret: b }',
    /notify: unknown key 'secret'; did you mean 'secret-env'/,
  ],
  ['a pin that is none', 'tls: { pins: [abc] }', /^x:2:15: tls\.pins\.0: expected sha256\/ and 44 characters/],
  ['a reach that is none', 'expect: [{ service: a, reach: lann }]', /did you mean 'lan'\?$/],
  ['a section that is no map', 'scan: 5', /^x:2:1: scan: expected a map$/],
  ['broken YAML', 'scan: [', /^x:2:8: not valid YAML/],
  ['a key that is written twice', 'strict: true\nstrict: false', /^x:3:1: not valid YAML/],
];

for (const [name, body, expected] of FAULTS) {
  test(`${name}: where, what, what was expected`, async () => {
    await assert.rejects(read(body, 'x'), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, expected);
      return true;
    });
  });
}

test('a file without its schema line is not taken for one', async () => {
  await assert.rejects(readConfig('x', 'scan: {}'), { message: "x:1:1: top level: 'schema' is missing" });
  await assert.rejects(readConfig('x', 'schema: postern/config/2'), {
    message: /schema: expected "postern\/config\/1"/,
  });
  await assert.rejects(readConfig('x', ''), { message: 'x:1:1: top level: expected a map' });
});

test('whatever a file holds, it is read or it is one line of complaint', async () => {
  const keys = fc.constantFrom('schema', 'scan', 'tls', 'rules', 'lint', 'ignore', 'expect', 'output', 'notify', 'url');
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie('node'), { maxKeys: 4 }),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  })).node;

  await fc.assert(
    fc.asyncProperty(value, async (content) => {
      const text = stringify({ schema: 'postern/config/1', ...(content as object) });

      const outcome = await readConfig('x', text).then(
        () => 'read',
        (error: unknown) => (error instanceof UsageError ? error.message : Promise.reject(error)),
      );

      assert.doesNotMatch(outcome, /\n/);
    }),
    { numRuns: 200 },
  );
});

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/config-1.schema.json', import.meta.url), 'utf8')) as {
  properties: Record<string, { properties: Record<string, { $ref?: string; type?: string }> }>;
};

/** Of one run, or secret, or with a place of their own in the file. */
// Who proves a lock says with which key.
const NOT_CONFIGURED = [
  'key-env',
  'stdin-filename',
  'fix',
  'diff',
  'write-baseline',
  'key-file',
  'token-env',
  'token-file',
  'basic-env',
  'expired-token-file',
  'old-key-env',
  'notify',
  'notify-format',
  'notify-on',
  'notify-secret-env',
  'shard',
  'plan',
  'resume',
  'header',
  'format',
  'output',
  'cert',
  'key',
  'pin',
  'client-cert',
  'client-key',
];
const STRUCTURED = ['trust', 'pins', 'ignore'];

for (const [command, options, positionals] of [
  ['scan', SCAN_OPTIONS, ['targets']],
  ['tls', TLS_OPTIONS, ['hosts']],
  ['verify', VERIFY_OPTIONS, []],
  ['lint', LINT_OPTIONS, ['paths']],
] as const) {
  test(`the schema knows exactly the options of ${command}`, () => {
    const known = Object.keys(SCHEMA.properties[command]?.properties ?? {}).filter((key) => !STRUCTURED.includes(key));

    const expected = [...positionals, ...Object.keys(options)].filter((name) => !NOT_CONFIGURED.includes(name));
    assert.deepEqual(known.sort(), expected.sort());
  });

  test(`what is a switch of ${command} is a switch in the file`, () => {
    const properties = SCHEMA.properties[command]?.properties ?? {};
    const switches = Object.entries(properties).filter(([, schema]) => schema.type === 'boolean');

    assert.deepEqual(
      switches.map(([name]) => name).sort(),
      Object.entries(options as Readonly<Record<string, Options>>)
        .filter(([name, option]) => option.boolean === true && name in properties)
        .map(([name]) => name)
        .sort(),
    );
  });
}
