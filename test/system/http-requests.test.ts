import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { RequestSpec, Transport } from '../../src/model/exchange.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { requestHead } from '../../src/system/http/request-head.ts';
import { conversationWith, declared, httpPeer, loopbackTarget, responseOf } from '../support/http-peer.ts';

const DEFAULTS = { userAgent: 'postern-test', headers: {} };

function hostFor(target: Partial<AdmittedTarget>, transport: Transport): unknown {
  return requestHead(loopbackTarget(8080, target), transport, declared(), DEFAULTS).headers.Host;
}

const HOSTS: readonly [string, Partial<AdmittedTarget>, Transport, string][] = [
  ['a port that is not the default is named', {}, 'plaintext', '127.0.0.1:8080'],
  ['port 80 goes unsaid in plaintext', { port: 80 }, 'plaintext', '127.0.0.1'],
  ['port 443 goes unsaid over TLS', { port: 443 }, 'tls', '127.0.0.1'],
  ['port 443 is named in plaintext', { port: 443 }, 'plaintext', '127.0.0.1:443'],
  ['port 80 is named over TLS', { port: 80 }, 'tls', '127.0.0.1:80'],
  ['IPv6 stands in brackets', { host: '::1', address: '::1' }, 'plaintext', '[::1]:8080'],
  ['a zone is left out', { host: 'fe80::1%eth0', address: 'fe80::1%eth0' }, 'plaintext', '[fe80::1]:8080'],
  ['the server name wins over the host', { serverName: 'chat.test' }, 'plaintext', 'chat.test:8080'],
];

for (const [what, target, transport, expected] of HOSTS) {
  test(`Host: ${what}`, () => {
    const host = hostFor(target, transport);

    assert.equal(host, expected);
  });
}

const PATHS: readonly [string, string][] = [
  ['/api/tags?verbose=1', '/ollama/api/tags?verbose=1'],
  ['/a b', '/ollama/a%20b'],
  ['/grüße', '/ollama/gr%C3%BC%C3%9Fe'],
  ['/lone\ud800', '/ollama/lone%EF%BF%BD'],
  ['/a\r\nX-Injected: 1', '/ollama/a%0D%0AX-Injected:%201'],
  ['/%7Brandom%7D', '/ollama/%7Brandom%7D'],
];

for (const [path, expected] of PATHS) {
  test(`path ${JSON.stringify(path)} goes out behind the base path as ${expected}`, () => {
    const head = requestHead(loopbackTarget(1, { basePath: '/ollama' }), 'plaintext', declared({ path }), DEFAULTS);

    assert.equal(head.path, expected);
  });
}

test("the request's own headers win over the options', and those over the defaults", () => {
  const request = declared({ headers: { host: 'evil.test', accept: 'text/event-stream', 'x-api-key': 'own' } });
  const options = {
    userAgent: 'postern-test',
    headers: { 'X-Api-Key': 'option', 'user-agent': 'other', accept: 'a/b' },
  };

  const { headers } = requestHead(loopbackTarget(1), 'plaintext', request, options);

  assert.deepEqual(headers, {
    Host: 'evil.test',
    'User-Agent': 'other',
    Accept: 'text/event-stream',
    'Accept-Encoding': 'identity',
    Connection: 'keep-alive',
    'X-Api-Key': 'own',
  });
});

/** Method, headers as sent, and body. */
function echo(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, rawHeaders } = request;
      resolve(JSON.stringify({ method, rawHeaders, body: Buffer.concat(chunks).toString() }));
    });
  });
}

const SENT: readonly [string, Partial<RequestSpec>, Record<string, string>, string][] = [
  ['GET has no body', {}, {}, ''],
  ['DELETE has no body', { method: 'DELETE' }, {}, ''],
  ['OPTIONS has no body', { method: 'OPTIONS' }, {}, ''],
  ['POST without a body says so', { method: 'POST' }, { 'Content-Length': '0' }, ''],
  [
    'POST carries its body with its length in bytes',
    { method: 'POST', body: '{"ü":1}', headers: { 'content-type': 'application/json' } },
    { 'Content-Type': 'application/json', 'Content-Length': '8' },
    '{"ü":1}',
  ],
  [
    'an Origin is sent when the request has one',
    { headers: { origin: 'https://evil.test' } },
    { Origin: 'https://evil.test' },
    '',
  ],
];

for (const [what, request, extra, body] of SENT) {
  test(`on the wire: ${what}`, async (t) => {
    const peer = await httpPeer(t, async (message, response) => response.end(await echo(message)));
    const conversation = await conversationWith(t, peer);

    const outcome = await conversation.exchange(declared(request));

    const seen = JSON.parse(responseOf(outcome).body);
    assert.deepEqual(seen, {
      method: request.method ?? 'GET',
      rawHeaders: [
        ...['Host', `127.0.0.1:${peer.port}`, 'User-Agent', 'postern-test', 'Accept', '*/*'],
        ...['Accept-Encoding', 'identity', 'Connection', 'keep-alive'],
        ...Object.entries(extra).flat(),
      ],
      body,
    });
  });
}

test('cookies are not kept', async (t) => {
  const peer = await httpPeer(t, (message, response) => {
    response.setHeader('set-cookie', 'session=1');
    response.end(message.headers.cookie ?? 'none');
  });
  const conversation = await conversationWith(t, peer);

  const outcome = await conversation.exchange(declared());

  assert.equal(responseOf(outcome).body, 'none');
});

test('proxies of the environment are not used', async (t) => {
  const peer = await httpPeer(t, (message, response) => response.end(message.url));
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: 'http://127.0.0.1:1',
    http_proxy: 'http://127.0.0.1:1',
    NODE_USE_ENV_PROXY: '1',
  });
  t.after(() => {
    process.env = before;
  });

  const conversation = await conversationWith(t, peer);

  assert.equal(responseOf(await conversation.exchange(declared({ path: '/direct' }))).body, '/direct');
});

test('a header that cannot be sent is a value, and the conversation goes on', async (t) => {
  const peer = await httpPeer(t, (_message, response) => response.end('ok'));
  const conversation = await conversationWith(t, peer);

  const bad = await conversation.exchange(declared({ headers: { 'mcp-session-id': 'a\u0000b' } }));
  const good = await conversation.exchange(declared());

  assert.equal(bad.status, 'failed');
  assert.match(bad.status === 'failed' ? bad.detail : '', /^not sent: /);
  assert.equal(responseOf(good).body, 'ok');
  assert.equal(conversation.connections, 1);
});

test('lines are sent as written: in their case, twice, and in the place of a header of the same name', () => {
  const request = {
    ...declared({ headers: { authorization: 'replaced' } }),
    lines: [
      ['AUTHORIZATION', 'one'],
      ['AUTHORIZATION', 'two'],
    ] as const,
  };

  const { headers } = requestHead(loopbackTarget(8080), 'plaintext', request, DEFAULTS);

  assert.deepEqual(headers.AUTHORIZATION, ['one', 'two']);
  assert.equal(headers.Authorization, undefined);
});
