// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code is full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertSpans, readText, textOf } from './reading.ts';

async function node(text: string, path = 'server.ts') {
  const reading = await readText('node', text, { path });
  assertSpans(reading);
  return reading;
}

describe('servers', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ['app.listen(3000)', [['default:::', '3000', 'off', 'off']]],
    ["app.listen(3000, '127.0.0.1', () => log())", [['127.0.0.1', '3000', 'off', 'off']]],
    ['app.listen(PORT, () => console.log(`on ${PORT}`))', [['default:::', 'unresolved:PORT', 'off', 'off']]],
    [
      "const PORT = process.env.PORT || 3000;\napp.listen(PORT, '0.0.0.0')",
      [['0.0.0.0', 'default:3000', 'off', 'off']],
    ],
    [
      "const HOST = process.env.HOST ?? '0.0.0.0'\nconst PORT = Number(process.env.PORT ?? '8080')\nserver.listen(PORT, HOST)",
      [['default:0.0.0.0', 'default:8080', 'off', 'off']],
    ],
    ["fastify.listen({ port: 3000, host: '0.0.0.0' })", [['0.0.0.0', '3000', 'off', 'off']]],
    ['https.createServer({ key, cert }, app).listen(8443)', [['default:::', '8443', 'on', 'off']]],
    ["import passport from 'passport';\napp.listen(3000)", [['default:::', '3000', 'off', 'unknown']]],
    ['if (req.headers.authorization !== key) return;\napp.listen(3000)', [['default:::', '3000', 'off', 'unknown']]],
    ["Bun.serve({ port: 3000, hostname: 'localhost', fetch })", [['localhost', '3000', 'off', 'off']]],
    [
      "import { serve } from '@hono/node-server'\nserve({ fetch: app.fetch, port: 3000 })",
      [['default:::', '3000', 'off', 'off']],
    ],
    ['// app.listen(3000)', []],
    ['/* app.listen(3000) */', []],
    ["const s = 'app.listen(3000)'", []],
    ["socket.listen('event', handler)", []],
    ["server.listen('/run/app.sock')", []],
    ['store.listen(() => 1)', []],
  ];
  for (const [text, expected] of cases) {
    test(text.replaceAll('\n', ' ; '), async () => {
      const { declarations } = await node(text);
      const found = declarations.processes.flatMap(({ listeners }) =>
        listeners.map(({ address, port, tls, auth }) => [textOf(address), textOf(port), tls, auth]),
      );

      assert.deepEqual(found, expected);
    });
  }
});

describe('clients and settings', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ['new https.Agent({ rejectUnauthorized: false })', [['rejectUnauthorized', 'off', false]]],
    ['new https.Agent({ rejectUnauthorized: true })', [['rejectUnauthorized', 'on', false]]],
    ["const a = { rejectUnauthorized: process.env.AI_VERIFY_SSL !== 'false' }", [['rejectUnauthorized', 'on', true]]],
    ["const a = { rejectUnauthorized: process.env.AI_VERIFY_SSL === 'true' }", [['rejectUnauthorized', 'off', true]]],
    ['request({ strictSSL: false })', [['strictSSL', 'off', false]]],
    ['// rejectUnauthorized: false', []],
    ["const help = 'rejectUnauthorized: false'", []],
    ['const a = { rejectUnauthorized }', []],
  ];
  for (const [text, expected] of cases) {
    test(text, async () => {
      const { declarations } = await node(text);

      assert.deepEqual(
        declarations.clients.map(({ setting, verification, byDefault }) => [setting, verification, byDefault]),
        expected,
      );
    });
  }

  test('variables that code sets', async () => {
    const { declarations } = await node(
      "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\nprocess.env['X'] = \"y\";\nif (process.env.Z === 'a') {}\n",
    );

    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, value.text]),
      [
        ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
        ['X', 'y'],
      ],
    );
  });

  test('CORS', async () => {
    const { declarations } = await node(
      "app.use(cors());\napp.use(cors({ origin: 'https://a.example', credentials: true }));\nres.setHeader('Access-Control-Allow-Origin', '*');\n",
    );

    assert.deepEqual(
      declarations.settings.map(({ setting, value }) => [setting, textOf(value)]),
      [
        ['cors(origin=)', 'default:*'],
        ['cors(origin=)', 'https://a.example'],
        ['cors(credentials=)', 'true'],
        ['Access-Control-Allow-Origin', '*'],
      ],
    );
  });

  test('TLS of old', async () => {
    const { declarations } = await node("tls.createServer({ minVersion: 'TLSv1', ciphers: 'RC4' })");

    assert.deepEqual(
      declarations.tls.map(({ protocols, ciphers }) => [protocols?.map(textOf) ?? null, textOf(ciphers)]),
      [
        [['TLSv1'], null],
        [null, 'RC4'],
      ],
    );
  });
});

test('scripts of package.json', async () => {
  const reading = await readText(
    'package-json',
    '{\n\t"scripts": { "start": "NODE_TLS_REJECT_UNAUTHORIZED=0 node index.js", "llm": "ollama serve" } // no\n}',
    { path: 'package.json' },
  );
  assertSpans(reading);

  assert.deepEqual(
    reading.declarations.processes.map(({ argv }) => argv?.map(textOf)),
    [
      ['node', 'index.js'],
      ['ollama', 'serve'],
    ],
  );
});

test('anything at all is read', async () => {
  const bit = fc.constantFrom(
    'app.listen(',
    '3000',
    ', ',
    ')',
    '{',
    '}',
    'port: ',
    'rejectUnauthorized: ',
    'false',
    '"',
    "'",
    '`',
    '${',
    '/',
    '//',
    '/*',
    '*/',
    '\n',
    'const a = ',
    'a',
    ' || ',
    'cors(',
    '[',
    ']',
    '\\',
    'process.env.X',
    ' = ',
    '\0',
    '🐚',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(bit, { maxLength: 40 }), async (bits) => {
      await node(bits.join(''));
    }),
    { numRuns: 500 },
  );
});
