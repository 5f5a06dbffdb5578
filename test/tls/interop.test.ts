import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeClock } from '../../src/system/node-clock.ts';
import type { Clock } from '../../src/system/ports.ts';
import { answeringPeer } from '../support/http-peer.ts';
import { inspectPort, offered, REPERTOIRE, suitesIn, WIRE } from './support/inspect.ts';
import { type SeenHello, stubServer } from './support/stub-server.ts';

/*
 * Ways in which real servers behave, each as a stub: what was learned from wolfSSL, mbedTLS, Go, OpenSSL 3, old Node.
 */

const TLS12 = 0x0303;
const GOOD = [0xc02f, 0xc030, 0xcca8, 0x009c, 0xc013];

function pick({ version, suites }: SeenHello, accepted: readonly number[] = GOOD) {
  const chosen = version === TLS12 ? accepted.find((code) => suites.includes(code)) : undefined;
  return chosen === undefined ? { alert: version === TLS12 ? 40 : 70 } : { suite: chosen };
}

const names = (codes: readonly number[]) => codes.map((code) => REPERTOIRE.suite(code)?.name).sort();

test('the sum of connections is one for each suite and one for the refusal', async (t) => {
  const server = await stubServer(t, (hello) => pick(hello));

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(suitesIn(endpoint, 'TLSv1.2'), names(GOOD));
  assert.deepEqual(offered(endpoint), ['TLSv1.2']);
  assert.equal(endpoint.protocols.find(({ version }) => version === 'TLSv1.2')?.preference, 'server');
  assert.equal(endpoint.connections, server.accepted(), 'the printed budget is what was opened');
});

test('a server that refuses long lists is asked again in pieces (wolfSSL)', async (t) => {
  for (const long of [{ alert: 50 }, { alert: 40 }, 'close'] as const) {
    const server = await stubServer(t, (hello) => (hello.suites.length > 150 ? long : pick(hello)));

    const endpoint = await inspectPort(server.port);

    assert.deepEqual(suitesIn(endpoint, 'TLSv1.2'), names(GOOD), JSON.stringify(long));
  }
});

test('a suite that ends every search it is part of hides nothing (mbedTLS)', async (t) => {
  const poison = 0xc0a0;
  const server = await stubServer(t, (hello) => {
    const strong = [0xc02f, 0xc030].find((code) => hello.suites.includes(code));
    if (hello.version === TLS12 && strong !== undefined) return { suite: strong };
    return hello.suites.includes(poison) ? 'close' : pick(hello);
  });

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(suitesIn(endpoint, 'TLSv1.2'), names(GOOD));
});

test('an answer in another version does not count as this one', async (t) => {
  const server = await stubServer(t, ({ suites }) => {
    const chosen = GOOD.find((code) => suites.includes(code));
    return chosen === undefined ? { alert: 40 } : { suite: chosen, version: 0x0301 };
  });

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(offered(endpoint), ['TLSv1.0']);
  assert.match(
    endpoint.protocols.find(({ version }) => version === 'TLSv1.2')?.reason ?? '',
    /answers with TLSv1\.0 instead/,
  );
});

test('a TLS 1.2 answer to a hello of 1.3 alone is no TLS 1.3', async (t) => {
  const server = await stubServer(t, (hello) =>
    hello.version === 0x0304 ? { suite: 0xc02f, version: TLS12 } : pick(hello),
  );

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(offered(endpoint), ['TLSv1.2']);
});

test('internal_error means configured but unusable', async (t) => {
  const server = await stubServer(t, (hello) =>
    hello.version === 0x0301 || hello.version === 0x0302 ? { alert: 80 } : pick(hello),
  );

  const endpoint = await inspectPort(server.port);

  const states = Object.fromEntries(endpoint.protocols.map(({ version, offered: state }) => [version, state]));
  assert.deepEqual(states, {
    SSLv2: false,
    SSLv3: false,
    'TLSv1.0': 'unusable',
    'TLSv1.1': 'unusable',
    'TLSv1.2': true,
    'TLSv1.3': false,
  });
});

test('enumeration hellos are lean, extras are asked for once and dropped where they are refused', async (t) => {
  let rich = 0;
  const server = await stubServer(t, (hello) => {
    if (!hello.extensions.includes(5)) return pick(hello);
    rich += 1;
    return 'close';
  });

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(suitesIn(endpoint, 'TLSv1.2'), names(GOOD));
  assert.equal(rich, 1);
});

test('a suite that was not offered ends the search instead of going on for ever', async (t) => {
  const server = await stubServer(t, () => ({ suite: 0x1234, version: TLS12 }));

  const endpoint = await inspectPort(server.port);

  assert.deepEqual(offered(endpoint), []);
  assert.ok(server.accepted() < 40);
});

test('plain HTTP on the port is seen at the first hello, also without a status line', async (t) => {
  for (const answer of [
    'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<html>',
  ]) {
    const server = await answeringPeer(t, answer);

    const endpoint = await inspectPort(server.port);

    assert.equal(endpoint.speech, 'plaintext');
    assert.equal(server.accepted(), 1);
  }
});

test('another protocol is called other, and nobody is called silent', async (t) => {
  const ssh = await answeringPeer(t, 'SSH-2.0-OpenSSH_9.2\r\n');

  const banner = await inspectPort(ssh.port);
  const nobody = await inspectPort(1);

  assert.equal(banner.speech, 'other');
  assert.equal(nobody.speech, 'silent');
});

test('the connection budget holds, and what it cost is named', async (t) => {
  const server = await stubServer(t, (hello) => pick(hello));

  const endpoint = await inspectPort(server.port, { maxConnections: 5 });

  assert.equal(server.accepted(), 5);
  assert.equal(endpoint.grade.configuration, null, 'no grade better than what was proven');
  assert.ok(endpoint.grade.lacks.length > 0);
  assert.deepEqual(
    endpoint.lacks.filter(({ reason }) => reason !== 'no connection left of --max-connections'),
    [],
  );
});

test('quick: a clean server costs few connections, and weak suites are still found', async (t) => {
  const clean = await stubServer(t, (hello) => pick(hello, [0xc02f, 0xc030]));
  const weak = await stubServer(t, (hello) => pick(hello, [0xc02f, 0x000a, 0x0005]));

  const good = await inspectPort(clean.port, { mode: 'quick' });
  const bad = await inspectPort(weak.port, { mode: 'quick' });

  // One for each of eight questions, and one because the stub has no certificate to read.
  assert.ok(clean.accepted() <= 9, `${clean.accepted()} connections`);
  assert.equal(good.protocols.find(({ version }) => version === 'TLSv1.2')?.searched, 'unwanted');
  assert.deepEqual(
    suitesIn(bad, 'TLSv1.2').filter((name) => /RC4|3DES/.test(name)),
    names([0x000a, 0x0005]),
  );
});

test('no more connections at once than the limit allows', async (t) => {
  const server = await stubServer(t, (hello) => pick(hello));
  let open = 0;
  let most = 0;
  const converse: typeof WIRE.converse = async (...all) => {
    open += 1;
    most = Math.max(most, open);
    const end = await WIRE.converse(...all);
    open -= 1;
    return end;
  };

  await inspectPort(server.port, { perHost: 2, wire: { ...WIRE, converse } });

  assert.equal(most, 2);
});

test('a pace spreads the connections to one address, whatever the limits allow', async (t) => {
  const server = await stubServer(t, (hello) => pick(hello));
  const starts = [0];
  // Time stands still, so what each connection waits for is its place in the row.
  const clock: Clock = {
    ...nodeClock,
    monotonic: () => 0,
    async sleep(ms) {
      starts.push(ms);
    },
  };

  await inspectPort(server.port, { mode: 'quick', paceMs: 200, clock });

  assert.ok(server.accepted() > 5);
  assert.deepEqual(
    starts,
    Array.from({ length: server.accepted() }, (_, index) => index * 200),
  );
});
