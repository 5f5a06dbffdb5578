import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { openEndpoint } from '../../src/system/http/opening.ts';
import {
  conversationWith,
  declared,
  ficklePeer,
  LIMITS,
  loopbackTarget,
  openingOptions,
  reasonOf,
  responseOf,
} from '../support/http-peer.ts';
import { startDeafListener } from './sweep-deaf-listener.ts';

const SLOW = { ...LIMITS, responseTimeoutMs: 300 };

/** Sends the bytes one at a time for as long as anyone listens, over and over. */
function drip(socket: Socket, bytes: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.charAt(at++ % bytes.length)), 5);
  socket.once('close', () => clearInterval(timer));
}

const DRIPS: readonly [string, string, string][] = [
  ['headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`, 'timeout'],
  ['line ends', '\r\n', 'timeout'],
  ['interim responses', 'HTTP/1.1 100 Continue\r\n\r\n', 'timeout'],
];

for (const [what, bytes, reason] of DRIPS) {
  test(`${what} that come byte by byte end with the time for the whole exchange`, { timeout: 20_000 }, async (t) => {
    const peer = await ficklePeer(t, (socket) => drip(socket, bytes));
    const conversation = await conversationWith(t, peer, { options: { limits: SLOW } });

    const outcome = await conversation.exchange(declared());

    assert.equal(reasonOf(outcome), reason);
  });
}

test('a body that comes byte by byte is cut when the time is over', { timeout: 20_000 }, async (t) => {
  const peer = await ficklePeer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
    drip(socket, 'x');
  });
  const conversation = await conversationWith(t, peer, { options: { limits: SLOW } });

  const outcome = await conversation.exchange(declared());

  assert.match(responseOf(outcome).body, /^x+$/);
  assert.equal(responseOf(outcome).truncated, true);
});

test('a server that says nothing times out, and the next request has a new connection', {
  timeout: 20_000,
}, async (t) => {
  const peer = await ficklePeer(t, () => undefined);
  const conversation = await conversationWith(t, peer, { options: { limits: SLOW } });

  const silent = await conversation.exchange(declared());
  const answered = await conversation.exchange(declared());

  assert.deepEqual([reasonOf(silent), reasonOf(answered)], ['timeout', 'ok']);
  assert.equal(conversation.connections, 2);
});

test('an interrupt ends the exchange under way and all that follow', async (t) => {
  const interrupt = new AbortController();
  const peer = await ficklePeer(t, () => interrupt.abort());
  const conversation = await conversationWith(t, peer, { options: { signal: interrupt.signal } });

  const outcomes = [await conversation.exchange(declared()), await conversation.exchange(declared())];

  assert.deepEqual(outcomes.map(reasonOf), ['cancelled', 'cancelled']);
  assert.equal(peer.accepted(), 1);
});

/** Until no connection is being made any more; a leak shows as a test that never ends. */
async function untilNothingDials(): Promise<void> {
  const isDialling = (resource: string): boolean => resource.endsWith('ConnectWrap');
  while (process.getActiveResourcesInfo().some(isDialling)) await new Promise((resolve) => setImmediate(resolve));
}

test('a port that drops every packet is given up when the time for connecting is over', {
  timeout: 20_000,
}, async (t) => {
  const listener = await startDeafListener();
  t.after(() => listener.close());
  const limits = { ...LIMITS, connectTimeoutMs: 200 };

  const opening = await openEndpoint(loopbackTarget(listener.port), declared(), null, openingOptions({ limits }));
  await untilNothingDials();

  assert.deepEqual(opening, {
    speech: 'silent',
    reason: 'timeout',
    detail: 'no connection within 200 ms',
    transport: 'plaintext',
    tls: null,
    connections: 0,
  });
});

test('an interrupt ends an attempt to connect', { timeout: 20_000 }, async (t) => {
  const listener = await startDeafListener();
  t.after(() => listener.close());
  const interrupt = new AbortController();
  const limits = { ...LIMITS, connectTimeoutMs: 3_600_000 };
  const options = openingOptions({ limits, signal: interrupt.signal });

  const underWay = openEndpoint(loopbackTarget(listener.port), declared(), null, options);
  setImmediate(() => interrupt.abort());
  const opening = await underWay;
  await untilNothingDials();

  assert.equal(opening.speech !== 'http' && opening.reason, 'cancelled');
});
