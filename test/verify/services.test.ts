import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { answerTo } from '../../fixtures/lab/answers.ts';
import { type ReceivedRequest, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { startGate } from '../support/gate.ts';
import { assertHarmless, bearer, gated, verify } from '../support/verify.ts';

/*
 * Services with a key of their own, as recorded or as their source has it, and the doors that their key leaves open.
 */

const KEY = 'key-of-the-owner-0123456789';
const ENV = { AI_KEY: KEY };

test('vLLM with a key: /invocations, /tokenize, /metrics and /is_paused are found beside it', async (t) => {
  const guarded = answersOf('vllm/key.http');
  const server = await gated(t, answersOf('vllm/open.http'), ({ path, headers }) => {
    return !path.startsWith('/v1') || headers.authorization === `Bearer ${KEY}`;
  });
  const keyed = await startStandIn(guarded, {
    before: (request) =>
      bearer(request) === KEY && request.path.startsWith('/v1')
        ? { status: 405, reason: '', headers: [], body: '{"detail":"Method Not Allowed"}' }
        : null,
  });
  t.after(() => keyed.close());

  const { code, rules, broken } = await verify(`http://127.0.0.1:${server.port}/`, ['--key-env', 'AI_KEY'], ENV);
  const beside = await verify(`http://127.0.0.1:${keyed.port}/`, [], {});

  assert.equal(code, 1);
  assert.deepEqual(rules, ['unrefused-anonymous-request'], JSON.stringify(broken, null, 1));
  for (const path of ['/invocations', '/tokenize', '/metrics', '/is_paused']) {
    const row = `anonymous GET ${path}: no credential`;
    assert.ok(broken.includes(row), `${row} is missing in ${JSON.stringify(broken)}`);
    assert.ok(beside.broken.includes(row));
  }
  await assertHarmless(server.received);
  await assertHarmless(keyed.received);
});

test('llama-server with a key: the public model list is found, the rest is proved', async (t) => {
  const server = await gated(
    t,
    answersOf('llama-server/open.http'),
    ({ path, headers }) => path === '/v1/models' || headers.authorization === `Bearer ${KEY}`,
    {
      refusal: {
        status: 401,
        reason: 'Unauthorized',
        headers: [
          ['Content-Type', 'application/json; charset=utf-8'],
          ['Server', 'llama.cpp'],
        ],
        body: '{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}',
      },
    },
  );

  const { code, rules, rows, broken, result } = await verify(
    `http://127.0.0.1:${server.port}/`,
    ['--key-env', 'AI_KEY'],
    ENV,
  );

  assert.equal(code, 1);
  assert.deepEqual(rules, ['unrefused-anonymous-request']);
  assert.ok(broken.includes('anonymous GET /v1/models: no credential'));
  assert.equal(result.findings[0]?.severity, 'medium');
  const opened = rows.filter(({ check }) => check === 'right-credential');
  assert.deepEqual([...new Set(opened.map(({ verdict }) => verdict))], ['held'], JSON.stringify(opened, null, 1));
  assert.deepEqual([...new Set(opened.map(({ class: kind }) => kind))].sort(), ['admin', 'inference', 'inventory']);
  await assertHarmless(server.received);
});

test('the real refusals of llama-server, which knows bearer in one spelling and no key in the query', async (t) => {
  const server = await startStandIn(answersOf('llama-server/key.http'));
  t.after(() => server.close());

  const { rows } = await verify(`http://127.0.0.1:${server.port}/`, ['--key-env', 'K'], { K: 'sk-test-123' });

  const props = rows.filter(({ request }) => request === 'GET /props');
  assert.deepEqual(
    props.filter(({ verdict }) => verdict !== 'held'),
    [],
  );
  assert.ok(props.some(({ check, got }) => check === 'right-credential' && got === 'accepted'));
  assert.ok(props.some(({ check }) => check === 'near-credential'));
});

const FLAWS: readonly {
  readonly what: string;
  readonly lets: (shown: string, path: string, headers: IncomingHttpHeaders) => boolean;
  readonly rules: readonly string[];
  readonly row: RegExp;
}[] = [
  {
    what: 'takes any bearer',
    lets: (shown) => shown.startsWith('Bearer '),
    rules: ['unrefused-near-credential', 'unrefused-retired-credential', 'unrefused-wrong-credential'],
    row: /^wrong-credential/,
  },
  {
    what: 'looks only at schemes it knows',
    lets: (shown) => shown.startsWith('Basic '),
    rules: ['unrefused-wrong-credential'],
    row: /^wrong-scheme/,
  },
  {
    what: 'takes the empty key',
    lets: (shown) => shown === 'Bearer',
    rules: ['unrefused-wrong-credential'],
    row: /^empty-credential/,
  },
  {
    what: 'stops at the first capital',
    lets: (shown) => shown.startsWith('BEARER'),
    rules: ['unrefused-wrong-credential'],
    row: /^case-change/,
  },
  {
    what: 'gives up on two headers',
    lets: (shown) => shown.includes(', '),
    rules: ['unrefused-wrong-credential'],
    row: /^second-header/,
  },
  {
    what: 'compares without case',
    lets: (shown) => shown.toLowerCase() === `bearer ${KEY}`.toLowerCase(),
    rules: ['unrefused-near-credential'],
    row: /capital and small letters swapped$/,
  },
  {
    what: 'compares the start',
    lets: (shown) => shown.startsWith(`Bearer ${KEY}`),
    rules: ['unrefused-near-credential'],
    row: /four characters more at its end$/,
  },
  {
    what: 'takes any key in the query',
    lets: (_shown, path) => path.includes('api_key='),
    rules: ['unrefused-wrong-credential'],
    row: /^query-credential/,
  },
  {
    what: 'guards the path as text',
    lets: (_shown, path) => path.startsWith('//'),
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/\/\S+: no credential, two slashes at the start$/,
  },
  {
    what: 'guards small letters only',
    lets: (_shown, path) => /^\/[A-Z]/.test(path),
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/[A-Z]+/,
  },
  {
    what: 'believes whoever says to come from this machine',
    lets: (_shown, _path, headers) => headers['x-forwarded-for'] === '127.0.0.1',
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/api\/tags: no credential, as if forwarded for 127\.0\.0\.1$/,
  },
  {
    what: 'exempts /healthz and takes the path from the client',
    lets: (_shown, _path, headers) => headers['x-forwarded-uri'] === '/healthz',
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/api\/tags: no credential, as if another path were asked for$/,
  },
  {
    what: 'chooses its policy by the host name it is told of',
    lets: (_shown, _path, headers) => headers['x-forwarded-host'] === 'postern.invalid',
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/api\/tags: no credential, as if forwarded for another host name$/,
  },
  {
    what: 'lets preflights through and takes the method from the client',
    lets: (_shown, _path, headers) => headers['x-forwarded-method'] === 'OPTIONS',
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/api\/tags: no credential, as if it were an OPTIONS$/,
  },
  {
    what: 'stands before one host name only',
    lets: (_shown, _path, { host }) => host === 'postern.invalid',
    rules: ['bypassable-gate'],
    row: /^request-variant GET \/api\/tags: no credential, another host name$/,
  },
  {
    what: 'keeps the old key',
    lets: (shown) => shown === 'Bearer the-old-key-2025',
    rules: ['unrefused-retired-credential'],
    row: /^retired-credential/,
  },
];

for (const { what, lets, rules, row } of FLAWS) {
  test(`a gate that ${what} is caught`, async (t) => {
    const gate = await startGate(t, answersOf('ollama/open.http'), (shown, path, headers) => {
      return shown === `Bearer ${KEY}` || lets(shown, path, headers);
    });

    const {
      code,
      rules: found,
      broken,
    } = await verify(`http://127.0.0.1:${gate.port}/`, ['--key-env', 'AI_KEY', '--old-key-env', 'OLD_KEY'], {
      ...ENV,
      OLD_KEY: 'the-old-key-2025',
    });

    assert.equal(code, 1, JSON.stringify(broken));
    assert.deepEqual(found, rules, JSON.stringify(broken, null, 1));
    assert.ok(
      broken.some((line) => row.test(line)),
      JSON.stringify(broken, null, 1),
    );
    await assertHarmless(gate.received);
  });
}

test('Ollama beside a locked Open WebUI is found', async (t) => {
  const server = await gated(t, answersOf('open-webui/no-auth.http'), (request) => bearer(request) === KEY);
  const beside = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => beside.close());

  const { rules, rows, result } = await verify(
    `http://127.0.0.1:${server.port}/`,
    ['--key-env', 'AI_KEY', '--neighbours', `127.0.0.1:${beside.port}`],
    ENV,
  );

  assert.equal(result.endpoints[0]?.service?.id, 'open-webui');
  assert.ok(rules.includes('open-neighbour'), JSON.stringify(rows, null, 1));
  const row = rows.find(({ check, port }) => check === 'neighbour' && port === beside.port);
  assert.equal(row?.service?.id, 'ollama');
  await assertHarmless(beside.received);
});

test('jupyter_server 2 with a token: the query speaks before the header, which may say token or bearer', async (t) => {
  const open = answersOf('jupyter/lab-open.http');
  // As jupyter_server/auth/identity.py get_token has it.
  const shown = ({ path, headers }: ReceivedRequest): string | undefined =>
    new URL(path, 'http://localhost').searchParams.get('token') ||
    /^(?:token|bearer)\s+(.+)/i.exec(String(headers.authorization ?? ''))?.[1];
  const server = await startStandIn(answersOf('jupyter/lab-token.http'), {
    before: (request) => (shown(request) === KEY ? answerTo(open, request) : null),
  });
  t.after(() => server.close());

  const { code, rows, broken, result } = await verify(`http://127.0.0.1:${server.port}/`, ['--key-env', 'AI_KEY'], ENV);

  assert.equal(code, 0, JSON.stringify(broken, null, 1));
  assert.deepEqual([result.endpoints[0]?.service?.id, result.endpoints[0]?.service?.version], ['jupyter', '2.21.1']);
  const opened = rows.filter(({ check, verdict }) => check === 'right-credential' && verdict === 'held');
  assert.deepEqual([...new Set(opened.map(({ class: kind }) => kind))].sort(), ['admin', 'inventory']);
  assert.equal(rows.find(({ check }) => check === 'query-credential')?.verdict, 'held');
  await assertHarmless(server.received);
});

/** Cookie of launch(auth=…). Source: gradio-app/gradio gradio/routes.py, login and get_current_user, 4.0 to 6.25. */
const SESSION = 'access-token-AbCdEfGhIjKlMnOpQrStUvWx=ZyXwVuTsRqPoNmLkJiHgFe';

test('Gradio behind its login: proved with the session, and the API that the login does not cover is found', async (t) => {
  const open = answersOf('gradio/6.25-open.http');
  const server = await startStandIn(answersOf('gradio/6.25-login.http'), {
    before: (request) => (request.headers.cookie === SESSION ? answerTo(open, request) : null),
  });
  t.after(() => server.close());
  const api = await startStandIn(answersOf('text-generation-webui/open.http'));
  t.after(() => api.close());

  const { rules, rows, broken, result } = await verify(
    `http://127.0.0.1:${server.port}/`,
    ['--key-env', 'SESSION', '--key-header', 'Cookie', '--key-scheme', '', '--neighbours', String(api.port)],
    { SESSION },
  );

  assert.deepEqual(rules, ['open-neighbour'], JSON.stringify(broken, null, 1));
  assert.equal(result.endpoints[0]?.service?.id, 'gradio');
  const opened = rows.filter(({ check, verdict }) => check === 'right-credential' && verdict === 'held');
  assert.deepEqual([...new Set(opened.map(({ class: kind }) => kind))].sort(), ['inference', 'inventory']);
  assert.equal(
    rows.find(({ port, verdict }) => port === api.port && verdict === 'broken')?.service?.id,
    'text-generation-webui',
  );
  await assertHarmless(api.received);
});

test('an older MCP server whose hello needs no token is found, and every session that came of it is ended', async (t) => {
  const server = await gated(
    t,
    answersOf('mcp/everything-legacy-open.http'),
    (request) => request.path === '/mcp' || bearer(request) === KEY,
  );

  const { rules, broken } = await verify(`http://127.0.0.1:${server.port}/`, ['--key-env', 'AI_KEY'], ENV);

  assert.ok(rules.includes('unrefused-anonymous-request'), JSON.stringify(broken, null, 1));
  assert.ok(broken.includes('anonymous POST /mcp: no credential'), JSON.stringify(broken, null, 1));
  const hellos = server.received.filter(({ body }) => body.includes('"initialize"'));
  assert.ok(hellos.length > 0);
  assert.equal(server.received.filter(({ method }) => method === 'DELETE').length, hellos.length);
});
