import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { makeCertificate } from '../support/certificates.ts';
import { openPeer, type Speech, summary } from '../support/http-opening.ts';
import { answeringPeer, httpOpening, LIMITS, type Peer, rawPeer, responseOf, tlsPeer } from '../support/http-peer.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain';
const SECRET = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret';
/** Alert records: fatal unexpected_message, fatal handshake_failure (RFC 8446 section 6). */
const ALERT = Buffer.from('1503030002020a', 'hex');
const HANDSHAKE_FAILURE = Buffer.from('15030300020228', 'hex');

const { key, cert } = makeCertificate();

/** Answers a TLS hello with one thing and everything else with another; `null` hangs up. */
function splitPeer(t: TestContext, toHello: string | Buffer | null, toOther: string | Buffer | null): Promise<Peer> {
  return rawPeer(t, (socket) => {
    socket.once('data', (first: Buffer) => {
      const answer = first[0] === 0x16 ? toHello : toOther;
      if (answer === null) socket.destroy();
      else socket.end(answer);
    });
  });
}

function tlsHttpPeer(t: TestContext): Promise<Peer> {
  return tlsPeer(t, { key, cert }, (socket) => socket.on('data', () => socket.write(SECRET)));
}

/** Speaks TLS, and in plain HTTP says what it is told. */
async function tlsPeerThatSays(t: TestContext, complaint: (port: number) => string): Promise<Peer> {
  const inner = await tlsHttpPeer(t);
  const peer: Peer = await rawPeer(t, (socket) => {
    socket.once('data', (first: Buffer) => {
      const said = complaint(peer.port);
      if (first[0] !== 0x16) return said.startsWith('HTTP/1.0') ? socket.end(said) : socket.write(said);
      const onwards = connect(inner.port, '127.0.0.1');
      onwards.on('error', () => undefined);
      onwards.write(first);
      return socket.pipe(onwards).pipe(socket);
    });
  });
  return peer;
}

const page = (status: string, body: string): string => `HTTP/1.0 ${status}\r\n\r\n${body}`;

const COMPLAINTS: readonly [string, (port: number) => string][] = [
  ['nginx', () => page('400 Bad Request', '<title>400 The plain HTTP request was sent to HTTPS port</title>')],
  ['Go', () => page('400 Bad Request', 'Client sent an HTTP request to an HTTPS server.\n')],
  ['Apache', () => page('400 Bad Request', "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />")],
  ['Tomcat', () => page('400', 'Bad Request\r\nThis combination of host and port requires TLS.\r\n')],
  ['Webmin, which says 200', () => page('200 Bad Request', 'This web server is running in SSL mode. Try the URL <a')],
  [
    'a redirect to itself',
    (port) => `HTTP/1.1 301 Moved\r\nLocation: https://box.test:${port}/\r\nContent-Length: 0\r\n\r\n`,
  ],
];

for (const [who, complaint] of COMPLAINTS) {
  test(`a TLS port where plain HTTP meets the complaint of ${who} is spoken to over TLS`, async (t) => {
    const peer = await tlsPeerThatSays(t, complaint);

    const { conversation, first } = httpOpening(t, await openPeer(t, peer));

    assert.equal(responseOf(first).body, 'secret');
    assert.deepEqual([conversation.transport, conversation.connections, peer.accepted()], ['tls', 2, 2]);
  });
}

test('a complaint that a plain server only passes on stands as its answer', async (t) => {
  const answer = page('400 Bad Request', 'Client sent an HTTP request to an HTTPS server.\n');
  const peer = await answeringPeer(t, answer);

  const { conversation, first } = httpOpening(t, await openPeer(t, peer));

  assert.equal(responseOf(first).status, 400);
  assert.deepEqual([conversation.transport, conversation.connections], ['plaintext', 2]);
});

test('a redirect to TLS on another port is an answer like any other', async (t) => {
  const peer = await answeringPeer(t, 'HTTP/1.1 301 Moved\r\nLocation: https://box.test/\r\nContent-Length: 0\r\n\r\n');

  const { conversation, first } = httpOpening(t, await openPeer(t, peer));

  assert.equal(responseOf(first).status, 301);
  assert.deepEqual([conversation.transport, peer.accepted()], ['plaintext', 1]);
});

const PLAIN_FIRST: readonly [string, string | Buffer | null, string | Buffer | null, Speech][] = [
  ['plain HTTP', null, PLAIN, ['http', 'plaintext', 'plain', 1]],
  ['an alert to plain HTTP and to TLS', HANDSHAKE_FAILURE, ALERT, ['other', 'tls', 'tls-failed', 2]],
  ['an alert to plain HTTP and nothing to TLS', null, ALERT, ['other', 'tls', 'tls-failed', 2]],
  ['nothing to plain HTTP and an alert to TLS', HANDSHAKE_FAILURE, null, ['other', 'tls', 'tls-failed', 2]],
  ['nothing to either', null, null, ['silent', 'plaintext', 'closed', 2]],
  ['broken HTTP', null, 'HTTP/1.1 nonsense\r\n\r\n', ['http', 'plaintext', 'not-http', 1]],
  ['half an HTTP answer', null, 'HTTP/1.1 200 O', ['http', 'plaintext', 'closed', 1]],
  ['a body without a head', null, '<h1>hello</h1>', ['other', 'plaintext', 'not-http', 1]],
];

for (const [what, toHello, toOther, expected] of PLAIN_FIRST) {
  test(`plain first: ${what}`, async (t) => {
    const peer = await splitPeer(t, toHello, toOther);

    const opening = await openPeer(t, peer);

    assert.deepEqual(summary(opening), expected);
    assert.equal(peer.accepted(), expected[3]);
  });
}

const TLS_FIRST: readonly [string, string | Buffer | null, string | Buffer | null, Speech][] = [
  ['plain HTTP to both', PLAIN, PLAIN, ['http', 'plaintext', 'plain', 2]],
  ['plain HTTP, hanging up on TLS', null, PLAIN, ['http', 'plaintext', 'plain', 2]],
  ['an alert to TLS', HANDSHAKE_FAILURE, PLAIN, ['other', 'tls', 'tls-failed', 1]],
  ['another protocol', 'SSH-2.0-x\r\n', 'SSH-2.0-x\r\n', ['other', 'plaintext', 'not-http', 2]],
  ['nothing to either', null, null, ['silent', 'plaintext', 'closed', 2]],
];

for (const [what, toHello, toOther, expected] of TLS_FIRST) {
  test(`TLS first: ${what}`, async (t) => {
    const peer = await splitPeer(t, toHello, toOther);

    const opening = await openPeer(t, peer, { options: { tlsFirst: true } });

    assert.deepEqual(summary(opening), expected);
    assert.equal(peer.accepted(), expected[3]);
  });
}

test('a port that resets whatever it is sent is silent', async (t) => {
  const peer = await rawPeer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));

  const opening = await openPeer(t, peer);

  assert.deepEqual(summary(opening), ['silent', 'plaintext', 'reset', 2]);
});

test('TLS first: a TLS port takes one connection', async (t) => {
  const peer = await tlsHttpPeer(t);

  const opening = await openPeer(t, peer, { options: { tlsFirst: true } });

  assert.deepEqual(summary(opening), ['http', 'tls', 'secret', 1]);
});

test('TLS first: a peer that swallows the hello is tried in plain HTTP', { timeout: 20_000 }, async (t) => {
  const peer = await rawPeer(t, (socket) => {
    socket.once('data', (first: Buffer) => first[0] !== 0x16 && socket.end(PLAIN));
  });
  const limits = { ...LIMITS, responseTimeoutMs: 300 };

  const opening = await openPeer(t, peer, { options: { tlsFirst: true, limits } });

  assert.deepEqual(summary(opening), ['http', 'plaintext', 'plain', 2]);
});

test('https is never taken back to plain HTTP', async (t) => {
  const peer = await splitPeer(t, PLAIN, PLAIN);

  const opening = await openPeer(t, peer, { target: { scheme: 'https' } });

  assert.deepEqual(summary(opening), ['other', 'tls', 'tls-failed', 1]);
});

test('http is tried first even where TLS is usual, and TLS is reported when that is what it is', async (t) => {
  const plain = await splitPeer(t, null, PLAIN);
  const secret = await tlsHttpPeer(t);
  const wish = { target: { scheme: 'http' }, options: { tlsFirst: true } } as const;

  const openings = [await openPeer(t, plain, wish), await openPeer(t, secret, wish)];

  assert.deepEqual(openings.map(summary), [
    ['http', 'plaintext', 'plain', 1],
    ['http', 'tls', 'secret', 2],
  ]);
});

test('nothing is left open: not by any opening that came to nothing, nor by a closed conversation', {
  timeout: 20_000,
}, async (t) => {
  const peers = await Promise.all([
    splitPeer(t, null, ALERT),
    splitPeer(t, HANDSHAKE_FAILURE, null),
    splitPeer(t, 'SSH-2.0-x\r\n', 'SSH-2.0-x\r\n'),
    rawPeer(t, (socket) => socket.resume().write('220 hello\r\n')),
    rawPeer(t, (socket) => socket.resume()),
    rawPeer(t, (socket) => socket.on('data', () => socket.write(PLAIN))),
    tlsHttpPeer(t),
    tlsPeerThatSays(
      t,
      (port) => `HTTP/1.1 301 Moved\r\nLocation: https://box.test:${port}/\r\nContent-Length: 0\r\n\r\n`,
    ),
  ]);
  const limits = { ...LIMITS, responseTimeoutMs: 200 };

  for (const peer of peers) {
    for (const tlsFirst of [false, true]) {
      const opening = await openPeer(t, peer, { options: { limits, tlsFirst } });
      if (opening.speech === 'http') opening.conversation.close();
    }
  }

  // A leak shows as a test that never ends.
  while (peers.some((peer) => peer.held() > 0)) await new Promise((resolve) => setImmediate(resolve));
});
