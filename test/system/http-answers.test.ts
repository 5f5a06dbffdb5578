import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { HttpResponse, RequestSpec } from '../../src/model/exchange.ts';
import { conversationWith, declared, httpPeer, LIMITS, rawPeer, responseOf } from '../support/http-peer.ts';

/** What comes of one request to a peer that sends these bytes to every request but the opening one. */
async function read(
  t: Parameters<typeof rawPeer>[0],
  answer: string | Uint8Array,
  request: Partial<RequestSpec> = {},
): Promise<HttpResponse> {
  const peer = await rawPeer(t, (socket, nth) => {
    socket.once('data', () => socket.end(nth === 1 ? 'HTTP/1.0 200 OK\r\n\r\n' : answer, 'latin1'));
  });
  const conversation = await conversationWith(t, peer);
  return responseOf(await conversation.exchange(declared(request)));
}

const page = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n${more}\r\n${body}`;

const ODD_ANSWERS: readonly [string, string, Partial<HttpResponse>][] = [
  ['a plain page', page('hello'), { status: 200, body: 'hello', truncated: false }],
  ['an empty page', page(''), { status: 200, body: '', truncated: false }],
  ['a body that ends with the connection', 'HTTP/1.0 200 OK\r\n\r\nhello', { body: 'hello', truncated: false }],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: 1\r\n\r\n',
    { body: 'hello', truncated: false },
  ],
  [
    'a redirect is an answer',
    'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    { status: 302 },
  ],
  ['no reason phrase', 'HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n', { status: 401 }],
  ['a status above 599', 'HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n', { status: 999 }],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', { body: 'ok', headers: { 'content-length': '2' } }],
  ['a folded header', page('ok', 'X: a\r\n b\r\n'), { body: 'ok', headers: { 'content-length': '2', x: 'a b' } }],
  [
    'NUL and escapes in a header',
    page('ok', 'X: a\0b\x1b[31m\r\n'),
    { headers: { 'content-length': '2', x: 'a\0b\x1b[31m' } },
  ],
  [
    'a header that is no name for an object',
    page('ok', '__proto__: x\r\n'),
    {
      headers: Object.fromEntries([
        ['content-length', '2'],
        ['__proto__', 'x'],
      ]),
    },
  ],
  [
    'repeated headers are joined',
    page('ok', 'Set-Cookie: a=1\r\nset-cookie: b=2\r\n'),
    { headers: { 'content-length': '2', 'set-cookie': 'a=1, b=2' } },
  ],
  ['a length shorter than the body', page('ok').concat('more'), { body: 'ok', truncated: false }],
  ['a length longer than the body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', { body: 'ok', truncated: true }],
  [
    'chunks that turn into garbage',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n',
    { body: 'ok', truncated: true },
  ],
  [
    'both a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    { body: 'ok', truncated: false },
  ],
  [
    'interim responses first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n'.concat(page('ok')),
    { status: 200, body: 'ok' },
  ],
  [
    'an upgrade nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes',
    { status: 101, body: '', truncated: true },
  ],
  ['a byte order mark is dropped', page('\xef\xbb\xbf{}'), { body: '{}' }],
  ['bytes that are not UTF-8 are replaced', page('a\xffb'), { body: 'a\ufffdb' }],
  [
    'a body at the cap is whole',
    page('x'.repeat(LIMITS.maxBodyBytes)),
    { body: 'x'.repeat(LIMITS.maxBodyBytes), truncated: false },
  ],
  [
    'a body one byte over the cap is cut',
    page('x'.repeat(LIMITS.maxBodyBytes + 1)),
    { body: 'x'.repeat(LIMITS.maxBodyBytes), truncated: true },
  ],
];

for (const [what, answer, expected] of ODD_ANSWERS) {
  test(`answer: ${what}`, async (t) => {
    const response = await read(t, answer);

    assert.deepEqual({ ...response, ...expected }, response);
  });
}

const DUPLICATE_LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!';
const UNREADABLE: readonly [string, string, string][] = [
  ['two lengths', DUPLICATE_LENGTH, 'not-http'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'not-http'],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', 'not-http'],
  ['HTTP/0.9', '<html>hello</html>', 'not-http'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'not-http'],
  ['headers above the cap', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(LIMITS.maxHeaderBytes)}\r\n\r\n`, 'headers-too-large'],
  [
    'more interim responses than anyone sends',
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(40).concat(page('ok')),
    'headers-too-large',
  ],
  ['half a status line', 'HTTP/1.1 2', 'closed'],
  ['nothing', '', 'closed'],
];

for (const [what, answer, reason] of UNREADABLE) {
  test(`no answer: ${what} is ${reason}`, async (t) => {
    const peer = await rawPeer(t, (socket, nth) => {
      socket.once('data', () => socket.end(nth === 1 ? 'HTTP/1.0 200 OK\r\n\r\n' : answer));
    });
    const conversation = await conversationWith(t, peer);

    const outcome = await conversation.exchange(declared());

    assert.equal(outcome.status === 'failed' ? outcome.reason : outcome.status, reason);
  });
}

const TEXT = '{"models":[]}'.repeat(50);
const CODINGS: readonly [string, Buffer][] = [
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['identity', Buffer.from(TEXT)],
];

for (const [coding, bytes] of CODINGS) {
  test(`a body sent as ${coding} though identity was asked for (${bytes.length} bytes) is decoded`, async (t) => {
    const response = await read(t, page(bytes.toString('latin1'), `Content-Encoding: ${coding}\r\n`));

    assert.equal(response.body, TEXT);
    assert.equal(response.truncated, false);
  });
}

test('a damaged, an unknown and a stacked coding leave a truncated body', async (t) => {
  const damaged = gzipSync('x'.repeat(1000)).subarray(0, 15).toString('latin1');

  const responses = await Promise.all([
    read(t, page(damaged, 'Content-Encoding: gzip\r\n')),
    read(t, page('????', 'Content-Encoding: snappy\r\n')),
    read(t, page(gzipSync(gzipSync('x')).toString('latin1'), 'Content-Encoding: gzip, gzip\r\n')),
  ]);

  assert.deepEqual(
    responses.map(({ status, truncated }) => ({ status, truncated })),
    Array(3).fill({ status: 200, truncated: true }),
  );
});

test('HEAD has no body and keeps the connection', async (t) => {
  const peer = await httpPeer(t, (_message, response) => response.setHeader('content-length', 5).end('hello'));
  const conversation = await conversationWith(t, peer);

  const outcomes = [];
  for (let round = 0; round < 3; round++) outcomes.push(await conversation.exchange(declared({ method: 'HEAD' })));

  assert.deepEqual(
    outcomes.map((outcome) => [responseOf(outcome).headers['content-length'], responseOf(outcome).body]),
    Array(3).fill(['5', '']),
  );
  assert.equal(conversation.connections, 1);
});

test('status-only: a tiny body is passed over and the connection kept', async (t) => {
  const peer = await httpPeer(t, (_message, response) => response.end('secret'));
  const conversation = await conversationWith(t, peer);

  const outcome = await conversation.exchange(declared({ read: 'status-only' }));
  await conversation.exchange(declared());

  assert.deepEqual([responseOf(outcome).body, responseOf(outcome).truncated], ['', true]);
  assert.equal(conversation.connections, 1);
});

for (const headers of [{}, { 'content-length': 120_000 }]) {
  test(`status-only: nothing is kept of a body with ${JSON.stringify(headers)}, and the next request has a new connection`, async (t) => {
    const peer = await httpPeer(t, (_message, response) =>
      response.writeHead(200, headers).end('secret'.repeat(20_000)),
    );
    const conversation = await conversationWith(t, peer);

    const first = await conversation.exchange(declared({ read: 'status-only' }));
    const second = await conversation.exchange(declared({ read: 'status-only' }));

    assert.deepEqual(
      [first, second].map((outcome) => [responseOf(outcome).body, responseOf(outcome).truncated]),
      Array(2).fill(['', true]),
    );
    assert.equal(conversation.connections, 3);
  });
}

test('status-only: a tiny body that never comes does not hold up the next request', { timeout: 20_000 }, async (t) => {
  const peer = await rawPeer(t, (socket) => {
    socket.on('data', (request: Buffer) => {
      const isStuck = request.toString().startsWith('GET /stuck ');
      socket.write(isStuck ? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' : page('next'));
    });
  });
  const options = { limits: { ...LIMITS, responseTimeoutMs: 3_600_000 } };
  const conversation = await conversationWith(t, peer, { options });

  const stuck = await conversation.exchange(declared({ path: '/stuck', read: 'status-only' }));
  const next = await conversation.exchange(declared());

  assert.equal(responseOf(stuck).status, 200);
  assert.equal(responseOf(next).body, 'next');
});

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n';
const EVENTS: readonly [string, string, string][] = [
  ['ends at the first blank line', 'event: message\ndata: {"a":1}\n\ndata: 2\n\n', 'event: message\ndata: {"a":1}\n\n'],
  ['may have CRLF', 'data: 1\r\n\r\ndata: 2\r\n\r\n', 'data: 1\r\n\r'],
  ['may have CR', 'data: 1\r\rdata: 2\r\r', 'data: 1\r\r'],
  ['keeps what comes before it', ': ping\n\nretry: 10\n\ndata: 1\n\ndata: 2\n\n', ': ping\n\nretry: 10\n\ndata: 1\n\n'],
  ['may have empty data', 'data\n\ndata: 2\n\n', 'data\n\n'],
  ['has a field that is called data', 'database: 1\n\ndata: 2\n\ndata: 3\n\n', 'database: 1\n\ndata: 2\n\n'],
];

for (const [what, stream, expected] of EVENTS) {
  for (const step of [1, 3, 1000]) {
    test(`first-event: the event ${what}, sent ${step} bytes at a time, and the stream never ends`, async (t) => {
      const peer = await rawPeer(t, (socket, nth) => {
        socket.once('data', () => {
          if (nth === 1) return socket.end('HTTP/1.0 200 OK\r\n\r\n');
          socket.write(STREAM);
          for (let at = 0; at < stream.length; at += step) socket.write(stream.slice(at, at + step));
        });
      });
      const conversation = await conversationWith(t, peer);

      const outcome = await conversation.exchange(declared({ read: 'first-event' }));

      assert.deepEqual([responseOf(outcome).body, responseOf(outcome).truncated], [expected, true]);
    });
  }
}

test('first-event: an answer that is no event stream is read to its end', async (t) => {
  const response = await read(t, page('data: 1\n\ndata: 2\n\n', 'Content-Type: application/json\r\n'), {
    read: 'first-event',
  });

  assert.deepEqual([response.body, response.truncated], ['data: 1\n\ndata: 2\n\n', false]);
});

test('first-event: a stream that ends before its first event is whole', async (t) => {
  const response = await read(t, `${STREAM}: nothing\n\n`, { read: 'first-event' });

  assert.deepEqual([response.body, response.truncated], [': nothing\n\n', false]);
});

test('first-event: an event larger than the cap is cut', async (t) => {
  const response = await read(t, `${STREAM}data: ${'x'.repeat(LIMITS.maxBodyBytes)}\n\n`, { read: 'first-event' });

  assert.deepEqual([response.body.length, response.truncated], [LIMITS.maxBodyBytes, true]);
});
