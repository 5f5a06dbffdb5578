import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { concat, uint, vector } from '../../src/tls/wire/bytes.ts';
import { rawPeer } from '../support/http-peer.ts';
import { type InspectWish, inspectPort, offered } from './support/inspect.ts';
import { issue } from './support/issue.ts';

/*
 * Peers that mean harm. Each must end in time, within the byte cap, with a reason, and without an exception.
 */

const LIMITS = { totalTimeoutMs: 400 };
const QUICK: InspectWish = { mode: 'quick', limits: LIMITS };

const record = (type: number, body: Uint8Array) => concat(uint(type, 1), uint(0x0303, 2), vector(2, body));
const message = (type: number, body: Uint8Array) => concat(uint(type, 1), vector(3, body));
const HELLO = message(2, concat(uint(0x0303, 2), new Uint8Array(32), vector(1), uint(0xc02f, 2), uint(0, 1)));

/** In records of the largest size. */
function records(message: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += 16_384) parts.push(record(22, message.subarray(at, at + 16_384)));
  return concat(...parts);
}

const certificate = issue({ dns: ['box.test'] }).der;
const chainOf = (count: number) =>
  message(11, vector(3, ...Array.from({ length: count }, () => vector(3, certificate))));

const PEERS = {
  'cuts its ServerHello off': (socket) => socket.end(record(22, HELLO).subarray(0, 20)),
  'announces a record longer than TLS has': (socket) =>
    socket.end(concat(Uint8Array.of(22, 3, 3, 0xff, 0xff), new Uint8Array(70_000))),
  'sends its hello byte by byte': (socket) => {
    for (const octet of record(22, HELLO)) socket.write(Uint8Array.of(octet));
    socket.end();
  },
  'never stops sending records': (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(record(22, message(99, new Uint8Array(1000)))));
    };
    socket.on('drain', more);
    more();
  },
  'never stops sending empty records': (socket) => {
    const empties = concat(...Array.from({ length: 2000 }, () => record(22, new Uint8Array(0))));
    const more = (): void => {
      while (!socket.destroyed && socket.write(empties));
    };
    socket.on('drain', more);
    more();
  },
  'lies about the length of a message': (socket) =>
    socket.end(record(22, concat(HELLO.subarray(0, 1), uint(4, 3), HELLO.subarray(4)))),
  'lies about the length of a vector': (socket) =>
    socket.end(record(22, message(2, concat(uint(0x0303, 2), new Uint8Array(32), Uint8Array.of(255, 1, 2))))),
  'sends 64 KB of garbage': (socket) => socket.end(new Uint8Array(65_536).fill(0xa5)),
  'drips one octet at a time': (socket) => {
    const drip = setInterval(() => socket.write(Uint8Array.of(22)), 30);
    socket.once('close', () => clearInterval(drip));
  },
  'says nothing at all': () => undefined,
  'sends a certificate of 5 MB': (socket) =>
    socket.end(concat(record(22, HELLO), records(message(11, vector(3, vector(3, new Uint8Array(5_000_000))))))),
  'sends 100 certificates': (socket) =>
    socket.end(concat(record(22, HELLO), records(chainOf(100)), records(message(14, new Uint8Array(0))))),
  'sends 1000 certificates': (socket) => socket.end(concat(record(22, HELLO), records(chainOf(1000)))),
  'sends a certificate that is none': (socket) =>
    socket.end(concat(record(22, HELLO), records(message(11, vector(3, vector(3, new Uint8Array(500).fill(0x30))))))),
} satisfies Readonly<Record<string, (socket: Socket) => void>>;

/** What is said of each, among other things. */
const REASONS: Readonly<Record<keyof typeof PEERS, RegExp>> = {
  'cuts its ServerHello off': /closes the connection/,
  'announces a record longer than TLS has': /a record is longer than the protocol allows/,
  'sends its hello byte by byte': /answers with TLSv1\.2 instead/,
  'never stops sending records': /handshake message 99 before ServerHello/,
  'never stops sending empty records': /too-long|timeout/,
  'lies about the length of a message': /ServerHello is not well formed/,
  'lies about the length of a vector': /ServerHello is not well formed/,
  'sends 64 KB of garbage': /not TLS/,
  'drips one octet at a time': /not TLS|timeout/,
  'says nothing at all': /timeout/,
  'sends a certificate of 5 MB': /a handshake message announces 5000006 octets/,
  'sends 100 certificates': /answers with TLSv1\.2 instead/,
  'sends 1000 certificates': /a handshake message announces \d+ octets/,
  'sends a certificate that is none': /1 of 1 could not be parsed/,
};

/** These end by the clock. */
const SILENT = ['never stops sending empty records', 'drips one octet at a time', 'says nothing at all'];

for (const [what, speak] of Object.entries(PEERS)) {
  test(`a peer that ${what}`, async (t) => {
    const peer = await rawPeer(t, (socket) => socket.once('data', () => speak(socket)));

    const endpoint = await inspectPort(peer.port, SILENT.includes(what) ? QUICK : { mode: 'quick' });

    assert.ok(endpoint.grade.configuration === null || endpoint.grade.configuration === 'F');
    const reasons = [
      ...endpoint.protocols.flatMap(({ reason }) => reason ?? []),
      ...endpoint.notes,
      ...endpoint.lacks.map(({ reason }) => reason),
    ];
    assert.ok(reasons.length > 0, 'each failure has a reason');
    assert.match(reasons.join('\n'), REASONS[what as keyof typeof PEERS]);
  });
}

test('100 certificates are read, and no more than that', async (t) => {
  const answer = (count: number) =>
    concat(record(22, HELLO), records(chainOf(count)), records(message(14, new Uint8Array(0))));
  const peer = await rawPeer(t, (socket) => socket.once('data', () => socket.end(answer(100))));

  const endpoint = await inspectPort(peer.port, QUICK);

  assert.ok(offered(endpoint).includes('TLSv1.2'));
  assert.equal(endpoint.identities[0]?.chain.sent.length, 100);
});
