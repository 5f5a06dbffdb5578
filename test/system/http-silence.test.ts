import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificates.ts';
import { openPeer, summary } from '../support/http-opening.ts';
import { LIMITS, rawPeer, tlsPeer } from '../support/http-peer.ts';
import { freePort } from '../support/running.ts';

/*
 * Ports that speak something other than HTTP, or nothing.
 */

const { key, cert } = makeCertificate();

const BANNERS: readonly [string, Buffer | string, string][] = [
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n', 'SSH-2.0-OpenSSH_9.2p1 Debian-2'],
  ['SMTP', '220 mail.test ESMTP\r\n', '220 mail.test ESMTP'],
  ['Redis', "-ERR wrong number of arguments for 'get' command\r\n", "-ERR wrong number of arguments for 'get' command"],
  ['MySQL', Buffer.from('4a0000000a382e302e333600', 'hex'), 'J\\x00\\x00\\x00\\n8.0.36\\x00'],
  [
    'gRPC',
    Buffer.from('00000604000000000000050000400000', 'hex'),
    'HTTP/2 frames: \\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00\\x00',
  ],
  ['Telnet', Buffer.from('fffd18fffd20', 'hex'), '\\xff\\xfd\\x18\\xff\\xfd '],
  ['a terminal escape', '\x1b]0;owned\x07\x1b[2J', '\\x1b]0;owned\\x07\\x1b[2J'],
  ['a backslash', 'a\\x1b\r\n', 'a\\\\x1b'],
  ['a long one', `${'x'.repeat(200)}\r\n`, `${'x'.repeat(80)}...`],
];

for (const [who, banner, detail] of BANNERS) {
  test(`a server that speaks first: ${who}`, async (t) => {
    const peer = await rawPeer(t, (socket) => socket.write(banner));

    const opening = await openPeer(t, peer);

    assert.deepEqual(opening, {
      speech: 'other',
      reason: 'not-http',
      detail,
      transport: 'plaintext',
      tls: null,
      connections: 1,
    });
  });
}

test('a server inside TLS that speaks first is seen with its certificate', async (t) => {
  const peer = await tlsPeer(t, { key, cert }, (socket) => socket.write('* OK IMAP ready\r\n'));

  const opening = await openPeer(t, peer, { options: { tlsFirst: true } });

  assert.deepEqual(summary(opening), ['other', 'tls', 'not-http', 1]);
  assert.equal(opening.speech !== 'http' && opening.tls?.certificate?.subject, 'CN=box.test');
});

test('a server that never says anything is silent', { timeout: 20_000 }, async (t) => {
  const peer = await rawPeer(t, () => undefined);
  const limits = { ...LIMITS, responseTimeoutMs: 200 };

  const opening = await openPeer(t, peer, { options: { limits } });

  assert.deepEqual(summary(opening), ['silent', 'plaintext', 'timeout', 1]);
});

test('a handshake that never ends is silent', { timeout: 20_000 }, async (t) => {
  const peer = await rawPeer(t, () => undefined);
  const limits = { ...LIMITS, responseTimeoutMs: 200 };

  const opening = await openPeer(t, peer, { target: { scheme: 'https' }, options: { limits } });

  assert.deepEqual(summary(opening), ['silent', 'tls', 'timeout', 1]);
});

test('a port that nobody listens on is refused', async (t) => {
  const port = await freePort();

  const opening = await openPeer(t, { port });

  assert.deepEqual(summary(opening), ['silent', 'plaintext', 'refused', 0]);
});

test('an interrupt before or during the opening ends it', async (t) => {
  const interrupt = new AbortController();
  const peer = await rawPeer(t, (socket) => socket.once('data', () => interrupt.abort()));
  const options = { signal: interrupt.signal };

  const openings = [await openPeer(t, peer, { options }), await openPeer(t, peer, { options })];

  assert.deepEqual(openings.map(summary), [
    ['silent', 'plaintext', 'cancelled', 1],
    ['silent', 'plaintext', 'cancelled', 0],
  ]);
  assert.equal(peer.accepted(), 1);
});

test('an interrupt during a TLS handshake ends it', async (t) => {
  const interrupt = new AbortController();
  const peer = await rawPeer(t, (socket) => socket.once('data', () => interrupt.abort()));

  const opening = await openPeer(t, peer, { options: { signal: interrupt.signal, tlsFirst: true } });

  assert.deepEqual(summary(opening), ['silent', 'tls', 'cancelled', 1]);
  assert.equal(peer.accepted(), 1);
});
