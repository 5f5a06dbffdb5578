import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { always, answersOf } from '../support/answers.ts';
import { portOf } from '../support/http-peer.ts';
import { carriers, certificateFor, diverted, ENV, lockedOllama, WITH_KEY } from '../support/locked-ollama.ts';
import { assertHarmless, verify } from '../support/verify.ts';

/*
 * The same service by another door, and that no key is shown there.
 */

test('the door beside the gate is found, and the key is never shown there', async (t) => {
  const server = await lockedOllama(t);
  const beside = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => beside.close());

  const { code, rules, rows } = await verify(
    `http://127.0.0.1:${server.port}/`,
    [...WITH_KEY, '--neighbours', String(beside.port)],
    ENV,
  );

  assert.equal(code, 1);
  assert.deepEqual(rules, ['open-neighbour']);
  const row = rows.find(({ check, port }) => check === 'neighbour' && port === beside.port);
  assert.equal(row?.request, 'GET /api/tags');
  assert.deepEqual(carriers(beside.received), []);
  await assertHarmless(beside.received);
});

test('a neighbour that is locked, one that is nobody and one that is something else are no findings', async (t) => {
  const server = await lockedOllama(t);
  const locked = await lockedOllama(t);
  const other = await startStandIn(always(200, '<title>Intranet</title>'));
  t.after(() => other.close());

  const { code, rows } = await verify(
    `http://127.0.0.1:${server.port}/`,
    [...WITH_KEY, '--neighbours', `1,${locked.port},${other.port}`],
    ENV,
  );

  const beside = rows.filter(({ check, port }) => check === 'neighbour' && port !== server.port);
  assert.deepEqual([...new Set(beside.map(({ verdict }) => verdict))], ['held'], JSON.stringify(beside, null, 1));
  assert.equal(beside.length, 3);
  assert.equal(code, 0);
});

test('the same service in clear beside TLS, and on another address of its name', async (t) => {
  const certificate = certificateFor('ai.lan');
  const server = await lockedOllama(t, certificate);
  const plain = await lockedOllama(t);
  const pin = new X509Certificate(certificate.cert).fingerprint256;

  const { code, rules, rows } = await verify(
    `https://ai.lan:${server.port}/`,
    [...WITH_KEY, '--pin', pin, '--neighbours', String(plain.port)],
    ENV,
    diverted({ 'ai.lan': ['192.168.1.5', 'fd00::5'] }),
  );

  assert.equal(code, 1);
  assert.deepEqual(rules, ['unencrypted-sibling']);
  assert.ok(rows.some(({ check, address }) => check === 'neighbour' && address === 'fd00::5'));
  assert.ok(rows.some(({ sent }) => sent.endsWith('to the address instead of the name')));
  assert.deepEqual(carriers(plain.received), []);
});

test('on the other loopback, and on the same port in clear', async (t) => {
  if (!networkInterfaces().lo?.some(({ address }) => address === '::1')) {
    t.skip('this machine has no ::1');
    return;
  }
  const server = await lockedOllama(t);
  const twin = await startStandIn(answersOf('ollama/open.http'), { host: '::1', port: server.port });
  t.after(() => twin.close());

  const { code, rules, rows } = await verify(
    `http://127.0.0.1:${server.port}/`,
    [...WITH_KEY, '--neighbours', '1'],
    ENV,
  );

  assert.equal(code, 1);
  assert.deepEqual(rules, ['open-neighbour']);
  assert.ok(rows.some(({ address, verdict }) => address === '::1' && verdict === 'broken'));
  assert.deepEqual(carriers(twin.received), []);
});

test('one port that answers with TLS and without', async (t) => {
  const certificate = certificateFor('127.0.0.1');
  const inside = await lockedOllama(t, certificate);
  const plain = await lockedOllama(t);
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes: Buffer) => {
      const port = bytes[0] === 0x16 ? inside.port : plain.port;
      const upstream = connect({ host: '127.0.0.1', port });
      upstream.on('error', () => socket.destroy());
      upstream.write(bytes);
      socket.pipe(upstream).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  const url = `https://127.0.0.1:${portOf(server)}/`;
  const { rules, rows, result } = await verify(url, [...WITH_KEY, '--neighbours', '1'], ENV);

  assert.deepEqual(rules, ['unencrypted-sibling'], JSON.stringify(rows, null, 1));
  assert.equal(result.endpoints[0]?.requests, inside.received.length + plain.received.length);
  assert.ok(carriers(inside.received).length > 0);
  assert.deepEqual(carriers(plain.received), []);
});

test('a port that speaks TLS only is said to', async (t) => {
  const server = await lockedOllama(t, certificateFor('127.0.0.1'));

  const { code, rows } = await verify(`https://127.0.0.1:${server.port}/`, [...WITH_KEY, '--neighbours', '1'], ENV);

  assert.equal(code, 0);
  const row = rows.find(({ sent }) => sent === 'no credential, in clear to the same port');
  assert.deepEqual([row?.verdict, row?.reason], ['held', 'TLS only']);
});
