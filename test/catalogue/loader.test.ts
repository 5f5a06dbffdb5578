import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadCatalogue } from '../../src/catalogue/load.ts';
import { UsageError } from '../../src/model/trouble.ts';

const directory = new URL('../../rules/schema/', import.meta.url);
const schemas = Object.fromEntries(
  readdirSync(directory).map((name) => [name, JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as object]),
);

const SERVICE = `id: demo
name: Demo
kind: inference
groups: [llm]
summary: A service for tests.
ports: [1234]
identify:
  - { get: /who, match: { status: 200, json: { properties: { me: demo } } }, weight: 90 }
operations:
  identity: [{ get: /who, open: { status: 200 } }]
  inventory: absent
  inference: absent
  admin: absent
never: [POST /run, GET /stream]
auth: { builtin: none }
fix: { general: close it }
sources: [test]
`;

function load(text: string, options: { readonly path?: string; readonly restricted?: boolean } = {}) {
  return loadCatalogue([{ path: options.path ?? 'services/demo.yaml', text }], {
    schemas,
    restricted: options.restricted ?? false,
  });
}

function complaint(text: string, options: { readonly path?: string; readonly restricted?: boolean } = {}): string {
  try {
    load(text, options);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return 'nothing';
}

test('a sound file loads with its requests declared and its shorthand spelled out', () => {
  const { services } = load(SERVICE);

  const [service] = services;
  assert.equal(service?.id, 'demo');
  assert.deepEqual(service?.ports, [{ port: 1234, role: 'api', tls: false }]);
  assert.equal(service?.identify[0]?.signs[0]?.request?.method, 'GET');
  assert.deepEqual(service?.identify[0]?.signs[0]?.match.schema, {
    type: 'object',
    properties: {
      status: { const: 200 },
      json: { type: 'object', properties: { me: { const: 'demo' } }, required: ['me'] },
    },
    required: ['status', 'json'],
  });
});

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  [
    'a tab in the indentation',
    SERVICE.replace('  identity:', '\tidentity:'),
    /^services\/demo\.yaml:10:1: not valid YAML: /,
  ],
  ['a key twice', `${SERVICE}id: demo\n`, /^services\/demo\.yaml:18:1: not valid YAML: .*unique/],
  [
    'an unknown key',
    SERVICE.replace('name: Demo', 'nmae: Demo'),
    /^services\/demo\.yaml:\d+:1: top level: (unknown key 'nmae'|'name' is missing)/,
  ],
  ['a wrong type', SERVICE.replace('ports: [1234]', 'ports: [0]'), /^services\/demo\.yaml:6:\d+: ports\.0/],
  [
    'an unknown kind',
    SERVICE.replace('kind: inference', 'kind: magic'),
    /^services\/demo\.yaml:3:1: kind: expected one of inference, /,
  ],
  [
    'a match without status',
    SERVICE.replace('match: { status: 200, json', 'match: { json'),
    /^services\/demo\.yaml:8:\d+: identify\.0\.match: 'status' is missing/,
  ],
  [
    'a keyword outside the subset',
    SERVICE.replace('me: demo', 'me: { format: email }'),
    /^services\/demo\.yaml:8:\d+: .*(unknown key 'format'|json)/,
  ],
  [
    'a pattern that RE2 does not know',
    SERVICE.replace('me: demo', 'me: { pattern: "(?=x)" }'),
    /^services\/demo\.yaml:8:\d+: .*pattern: not an RE2 pattern/,
  ],
  [
    'an id unlike the file name',
    SERVICE.replace('id: demo', 'id: other'),
    /^services\/demo\.yaml:1:1: id: 'other' must equal the file name 'demo'/,
  ],
  [
    'a rival that does not exist',
    SERVICE.replace('operations:', 'loses-to: [nobody]\noperations:'),
    /^services\/demo\.yaml:9:1: loses-to: no other service has the id 'nobody'/,
  ],
  [
    'a request on its own never-list',
    SERVICE.replace('get: /who, open', 'get: /stream?x=1, open'),
    /GET \/stream\?x=1 is on the never-list of demo \(GET \/stream\)/,
  ],
  ['an operation without a request', SERVICE.replace('get: /who, open', 'open'), /a request is missing/],
  [
    'an operation without an open answer',
    SERVICE.replace('[{ get: /who, open: { status: 200 } }]', '[{ get: /who }]'),
    /needs `open`/,
  ],
  ['a list instead of a mapping', '- a\n', /^services\/demo\.yaml:1:1: expected a mapping/],
  ['nothing at all', '', /^services\/demo\.yaml:1:1: expected a mapping/],
];

for (const [name, text, expected] of BROKEN) {
  test(`${name} is one line with file, line and column`, () => {
    const message = complaint(text);

    assert.match(message, expected);
    assert.doesNotMatch(message, /\n/);
  });
}

test('files given by a user may send GET and HEAD only', () => {
  const gate = SERVICE.replace('inference: absent', 'inference: [{ gate: POST /go, body: "", open: { status: 400 } }]');
  const options = SERVICE.replace('inventory: absent', 'inventory: [{ options: /go, open: { status: 204 } }]');

  assert.match(complaint(gate, { restricted: true }), /POST \/go: files given by --rules may send GET and HEAD only/);
  assert.match(
    complaint(options, { restricted: true }),
    /OPTIONS \/go: files given by --rules may send GET and HEAD only/,
  );
  assert.equal(complaint(gate), 'nothing');
});

test('an added file cannot send what a built-in one forbids, and its own never-list joins the union', () => {
  const base = load(SERVICE);
  const other = SERVICE.replace('id: demo', 'id: extra')
    .replaceAll('get: /who, match', 'get: /stream, match')
    .replace('never: [POST /run, GET /stream]', 'never: [GET /mine]');

  assert.throws(
    () => loadCatalogue([{ path: 'mine/extra.yaml', text: other }], { schemas, restricted: true, base }),
    /mine\/extra\.yaml:1:1: GET \/stream is on the never-list of demo/,
  );

  const allowed = loadCatalogue([{ path: 'mine/extra.yaml', text: other.replace('/stream, match', '/ok, match') }], {
    schemas,
    restricted: true,
    base,
  });
  assert.deepEqual(
    allowed.services.flatMap(({ never }) => never),
    ['POST /run', 'GET /stream', 'GET /mine'],
  );
});

test('an alias bomb is refused, not expanded', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
    .join('\n')}\n`;

  assert.match(complaint(bomb), /^services\/demo\.yaml:1:1: not valid YAML: aliases expand too far/);
});
