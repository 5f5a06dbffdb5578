// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code is full of them
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Script } from 'node:vm';
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

describe('what is no program', () => {
  const broken: readonly (readonly [text: string, path: string, where: string, what: string])[] = [
    ['app.listen(3000', 'a.js', '1:11', 'nothing closes this `(`'],
    ['start();\napp.use((a) => { a(; });\napp.listen(3000);', 'a.js', '2:19', 'this `(` is closed by `}`'],
    ['app.listen(3000));', 'a.js', '1:17', '`)` closes nothing'],
    ["const host = 'a;\napp.listen(3000, host)", 'a.ts', '1:14', 'nothing closes this string on its line'],
    ['const page = `a ${b};\napp.listen(3000)', 'a.mjs', '1:14', 'nothing closes this template'],
    ['/* app.listen(3000)', 'a.js', '1:1', 'nothing closes this comment'],
    ['const port = ;\napp.listen(port)', 'a.ts', '1:12', '`=` has nothing behind it'],
    ['app.listen(3000, host ||)', 'a.js', '1:23', '`||` has nothing behind it'],
    ['app.listen(, host)', 'a.js', '1:12', 'nothing stands before this comma'],
    ["app.listen('0.0.0.0' PORT)", 'a.js', '1:22', 'nothing joins this to what stands before it'],
    ["app.listen(3000 '0.0.0.0')", 'a.js', '1:17', 'nothing joins this to what stands before it'],
    ['const a = <p>{b}<p>;\napp.listen(3000)', 'a.jsx', '1:17', 'nothing closes this tag'],
  ];
  for (const [text, path, where, what] of broken) {
    test(`is a trouble: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { source, declarations } = await node(text, path);

      assert.deepEqual(
        declarations.troubles.map(({ span, what }) => {
          const { line, column } = source.position(span.start);
          return [`${line}:${column}`, what];
        }),
        [[where, `node: ${what}; what follows may be missed`]],
      );
    });
  }

  const whole: readonly (readonly [text: string, path: string])[] = [
    ['if (/[(]/.test(a) || /["\']/.test(b)) /\\//.exec(c)', 'a.js'],
    ['const a = (b + c) / 2 / d["("] / f(`${g / 2}`)', 'a.js'],
    ['for (const a of b) if (a) /{/.test(a)', 'a.js'],
    ['const a = `${b ? `(${c}` : "`"}`', 'a.js'],
    ['const a = [, 1, , 2,];\nconst { b, ...c } = d', 'a.js'],
    ["'use strict'\n'twice'\n`a` in b", 'a.js'],
    ["const s = 'a\\\nb'", 'a.js'],
    ['const a = 1.5e-3 / .5 + 1..toFixed() + 0x1f', 'a.js'],
    ['const a = b!/2;\nc++ / 2', 'a.ts'],
    ['const a = <T,>(b: Array<Array<T>>): b is T => b as unknown as T;\ntype F = <T>(a: T) => void', 'a.tsx'],
    ['const a = <string>b;\nif (a < b || c << 2 > d) {}', 'a.ts'],
    ['const a = <p title="it\'s (">don\'t {b ? <i/> : <></>} &#40; (</p>', 'a.jsx'],
    ["const a = <Box<string> items={[1]} on={() => { x = '<' }} />", 'a.tsx'],
    ["#!/usr/bin/env node\n// it's (\n/* ( */ a()", 'a.js'],
    ['import a from "./a.json" with { type: "json" }; label: { break label }', 'a.mjs'],
    ['type A = { [k in keyof B]?: B[k] }; let a!: A; a?.b?.[0] ?? {}', 'a.ts'],
    ['a.return / 2; a.in / 2; function* f() { yield /[}]/ }', 'a.js'],
  ];
  for (const [text, path] of whole) {
    test(`and this is one: ${text.replaceAll('\n', ' ; ')}`, async () => {
      const { declarations } = await node(`${text}\n;app.listen(3000)`, path);

      assert.deepEqual(declarations.troubles, []);
      assert.equal(declarations.processes.length, 1);
    });
  }

  test('a program that lacks any one of its brackets or quotes is told, unless it is still one', async () => {
    const text = [
      "const http = require('node:http');",
      'const names = ["a", \'b\', `c${[1, 2].map((n) => `${n}`)}d`];',
      'function handle(request, response) {',
      '  if (request.url === "/") response.end(JSON.stringify({ names, at: [1, { b: 2 }] }));',
      '}',
      "http.createServer(handle).listen(3000, '127.0.0.1');",
    ].join('\n');
    const cut = [...text.matchAll(/[()[\]{}"'`]/g)].map(({ index }) => text.slice(0, index) + text.slice(index + 1));

    for (const one of [text, ...cut]) {
      const { declarations } = await readText('node', one, { path: 'a.js' });

      assert.equal(declarations.troubles.length === 0, isScript(one), one);
    }
  });

  test('what a broken program still says is found', async () => {
    const { declarations } = await node("app.listen(3000, '0.0.0.0');\nfunction f( {", 'a.js');

    assert.equal(declarations.processes.length, 1);
    assert.equal(declarations.troubles.length, 1);
  });
});

function isScript(text: string): boolean {
  try {
    new Script(text);
    return true;
  } catch {
    return false;
  }
}
