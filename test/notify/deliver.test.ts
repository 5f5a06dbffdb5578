import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { DELIVERY_LIMITS, type DeliveryLimits, deliver } from '../../src/notify/deliver.ts';
import { signed } from '../../src/notify/sign.ts';
import { notificationTarget } from '../../src/notify/target.ts';
import { httpPost } from '../../src/system/http-post.ts';
import type { Clock } from '../../src/system/ports.ts';
import { answer, startReceiver } from '../support/receiver.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const SECRET = 'a secret of the test';

/** A clock that does not wait but remembers how long it should have. */
function impatientClock() {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => NOW,
    monotonic: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
  };
  return { clock, waits };
}

function send(url: string, limits: Partial<DeliveryLimits> = {}, signal = new AbortController().signal) {
  const { clock, waits } = impatientClock();
  const notification = signed(notificationTarget(url, 'test'), '{"news":"ä"}', SECRET, NOW);
  const delivery = deliver(notification, httpPost, clock, signal, { ...DELIVERY_LIMITS, ...limits });
  return delivery.then((result) => ({ result, waits }));
}

test('delivered once, signed over time and body', async () => {
  await using hook = await startReceiver([answer(204)]);

  const { result } = await send(hook.url);

  assert.deepEqual(result, { status: 'delivered', attempts: 1 });
  const [message] = hook.received;
  assert.ok(message);
  assert.equal(message.method, 'POST');
  assert.equal(message.path, '/hook/abc');
  assert.equal(message.headers['content-type'], 'application/json; charset=utf-8');
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(message.headers['postern-signature'])) ?? [];
  assert.equal(Number(seconds) * 1000, NOW.getTime());
  assert.equal(mac, createHmac('sha256', SECRET).update(`${seconds}.${message.body}`).digest('hex'));
});

test('tried again after passing troubles, each time the same message, and longer apart', async () => {
  await using hook = await startReceiver([answer(503), answer(500), answer(200)]);

  const { result, waits } = await send(hook.url);

  assert.deepEqual(result, { status: 'delivered', attempts: 3 });
  assert.deepEqual(waits, [1_000, 2_000]);
  const [first, ...others] = hook.received.map(({ headers, body }) => [headers['postern-delivery'], body]);
  for (const other of others) assert.deepEqual(other, first);
});

test('given up after the last attempt', async () => {
  await using hook = await startReceiver([answer(503)]);

  const { result } = await send(hook.url);

  assert.deepEqual(result, { status: 'failed', attempts: 4, reason: 'answered 503' });
  assert.equal(hook.received.length, 4);
});

test('Retry-After is followed, but not for ever', async () => {
  await using hook = await startReceiver([
    answer(429, { 'retry-after': '3' }),
    answer(429, { 'retry-after': '86400' }),
    answer(200),
  ]);

  const { waits } = await send(hook.url);

  assert.deepEqual(waits, [3_000, 15_000]);
});

test('what is refused for good is not tried again', async () => {
  await using hook = await startReceiver([answer(403)]);

  const { result } = await send(hook.url);

  assert.deepEqual(result, { status: 'failed', attempts: 1, reason: 'answered 403' });
});

test('a redirect leads nowhere', async () => {
  await using elsewhere = await startReceiver([answer(200)]);
  await using hook = await startReceiver([answer(307, { location: elsewhere.url })]);

  const { result } = await send(hook.url);

  assert.deepEqual(result, { status: 'failed', attempts: 1, reason: 'answered 307; redirects are not followed' });
  assert.equal(elsewhere.received.length, 0);
});

test('a receiver that never answers costs bounded time', async () => {
  await using hook = await startReceiver([() => undefined]);

  const { result } = await send(hook.url, { timeoutMs: 50, attempts: 2 });

  assert.deepEqual(result, { status: 'failed', attempts: 2, reason: 'no answer within 0.05 s' });
});

test('an endless answer is not read', async () => {
  await using hook = await startReceiver([
    (response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', pour);
      };
      pour();
    },
  ]);

  const { result } = await send(hook.url);

  assert.equal(result.status, 'delivered');
});

test('nobody there: the reason, no exception', async () => {
  const { url } = await startReceiver([answer(200)]).then(async (hook) => {
    await hook[Symbol.asyncDispose]();
    return hook;
  });

  const { result } = await send(url, { attempts: 2 });

  assert.deepEqual(result, { status: 'failed', attempts: 2, reason: 'ECONNREFUSED' });
});

test('an interruption ends it', async () => {
  await using hook = await startReceiver([() => undefined]);
  const controller = new AbortController();
  const sent = send(hook.url, {}, controller.signal);
  controller.abort();

  const { result } = await sent;

  assert.deepEqual(result, { status: 'failed', attempts: 1, reason: 'interrupted' });
});

for (const [text, expected] of [
  ['nonsense', /^test: expected an http or https URL$/],
  ['ftp://hooks.lan/x', /^test: expected an http or https URL, not ftp:$/],
  ['https://user:pass@hooks.lan/x', /^test: expected a URL without a password/],
] as const) {
  test(`${text} is no place to send to`, () => {
    assert.throws(() => notificationTarget(text, 'test'), { message: expected });
  });
}

test('messages show a place without its path', () => {
  assert.equal(notificationTarget('https://hooks.lan:8443/services/T0/B0', 'test').shown, 'https://hooks.lan:8443');
});

test('without a secret there is no signature', () => {
  const { headers } = signed(notificationTarget('http://a/', 'test'), '{}', null, NOW);

  assert.equal('postern-signature' in headers, false);
});
