import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import { type ReceivedRequest, type StandIn, startStandIn } from '../../fixtures/lab/stand-in.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { nodeNetwork } from '../../src/system/node-network.ts';
import type { System } from '../../src/system/ports.ts';
import { always, answersOf } from '../support/answers.ts';
import { makeCertificate } from '../support/certificates.ts';
import { postern } from '../support/command.ts';
import { portOf } from '../support/http-peer.ts';
import { assertAbsent, assertHarmless, bearer, gated, secretFile, UNAUTHORIZED, verify } from '../support/verify.ts';

/*
 * Where credentials go, and where they never go. Other machines are played by loopback: only the last step, the
 * dialling, is diverted.
 */

const KEY = 'key-of-the-owner-0123456789';
const ENV = { AI_KEY: KEY };
const WITH_KEY = ['--key-env', 'AI_KEY'];

/** A network on which names stand for these addresses and every address is 127.0.0.1. */
function diverted(names: Readonly<Record<string, readonly string[]>> = {}): Partial<System> {
  const toLoopback = (target: AdmittedTarget): AdmittedTarget => ({ ...target, address: '127.0.0.1' });
  return {
    network: async () => ({
      sweepEngine: nodeNetwork.sweepEngine,
      resolve: async (name) => names[name] ?? [],
      open: (target, first, connection, options) => nodeNetwork.open(toLoopback(target), first, connection, options),
    }),
  };
}

function certificateFor(name: string): { key: string; cert: string } {
  const { key, cert } = makeCertificate({ commonName: name });
  return { key, cert };
}

function carriers(received: readonly ReceivedRequest[]): readonly ReceivedRequest[] {
  return received.filter((request) => JSON.stringify(request).includes(KEY));
}

async function lockedOllama(t: TestContext, tls?: { key: string; cert: string }): Promise<StandIn> {
  return gated(t, answersOf('ollama/open.http'), (request) => bearer(request) === KEY, tls ? { tls } : {});
}

test('a key is not sent in clear to another machine, nor anything that looks like it', async (t) => {
  const server = await lockedOllama(t);

  const { code, result, rows } = await verify(`http://192.168.1.5:${server.port}/`, WITH_KEY, ENV, diverted());

  assert.deepEqual(carriers(server.received), []);
  assert.ok(server.received.length > 0);
  assert.equal(code, 3, 'nothing was proved');
  assert.match(result.troubles[0]?.what ?? '', /over TLS or to this machine only/);
  assert.ok(rows.every(({ check }) => check !== 'near-credential'));
});

test('a key is not shown to a certificate that nobody vouches for', async (t) => {
  const server = await lockedOllama(t, certificateFor('192.168.1.5'));

  const { code, result } = await verify(`https://192.168.1.5:${server.port}/`, WITH_KEY, ENV, diverted());

  assert.deepEqual(carriers(server.received), []);
  assert.equal(code, 3);
  assert.match(
    result.troubles[0]?.what ?? '',
    /not trusted \(.+\); name its authority with --ca or tls\.trust, or give its SHA-256/,
  );
});

test('it is shown to the certificate whose SHA-256 was given', async (t) => {
  const certificate = certificateFor('192.168.1.5');
  const server = await lockedOllama(t, certificate);
  const pin = new X509Certificate(certificate.cert).fingerprint256;

  const { code, result, broken } = await verify(
    `https://192.168.1.5:${server.port}/`,
    [...WITH_KEY, '--pin', pin],
    ENV,
    diverted(),
  );

  assert.ok(carriers(server.received).length > 0);
  assert.equal(code, 0, JSON.stringify(broken));
  assert.deepEqual(result.troubles, []);
});

const OF_AN_AUTHORITY: readonly (readonly [string, string, (ca: string) => readonly string[], 'shown' | 'kept'])[] = [
  ['--ca', '192.168.1.5', (ca) => ['--ca', ca], 'shown'],
  ['--ca for another network', '192.168.1.5', (ca) => ['--ca', `10.0.0.0/8=${ca}`], 'kept'],
  ['--ca, under another name', '192.168.1.6', (ca) => ['--ca', ca], 'kept'],
  ['tls.trust of the configuration', '192.168.1.5', (ca) => ['--config', trusting(ca, '192.168.1.0/24')], 'shown'],
  ['tls.trust for another network', '192.168.1.5', (ca) => ['--config', trusting(ca, '10.0.0.0/8')], 'kept'],
];

/** A configuration file beside the authority's. */
function trusting(ca: string, targets: string): string {
  const path = `${ca}.${targets.replace('/', '-')}.yaml`;
  writeFileSync(path, `schema: postern/config/1\ntls:\n  trust:\n    - { targets: [${targets}], ca: ${ca} }\n`);
  return path;
}

for (const [how, name, args, fate] of OF_AN_AUTHORITY) {
  test(`a key and a certificate of an own authority by ${how}: ${fate}`, async (t) => {
    const { key, cert, certificateFile } = makeCertificate({ commonName: name, names: [`IP:${name}`] });
    const server = await lockedOllama(t, { key, cert });

    const line = [...WITH_KEY, ...args(certificateFile)];
    const { code, broken } = await verify(`https://192.168.1.5:${server.port}/`, line, ENV, diverted());

    assert.equal(carriers(server.received).length > 0, fate === 'shown');
    assert.equal(code, fate === 'shown' ? 0 : 3, JSON.stringify(broken));
  });
}

test('and to no other', async (t) => {
  const server = await lockedOllama(t, certificateFor('192.168.1.5'));

  const { code } = await verify(
    `https://192.168.1.5:${server.port}/`,
    [...WITH_KEY, '--pin', '00'.repeat(32)],
    ENV,
    diverted(),
  );

  assert.deepEqual(carriers(server.received), []);
  assert.equal(code, 3);
});

test('a certificate that changes under way sees no key', async (t) => {
  const first = certificateFor('192.168.1.5');
  const second = certificateFor('192.168.1.5');
  const shown: string[] = [];
  const server = createServer({ ...first, maxVersion: 'TLSv1.3' }, (request, response) => {
    shown.push(request.headers.authorization ?? '');
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  });
  server.once('secureConnection', () => server.setSecureContext(second));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const pin = new X509Certificate(first.cert).fingerprint256;

  const { code, result } = await verify(
    `https://192.168.1.5:${portOf(server)}/`,
    [...WITH_KEY, '--pin', pin],
    ENV,
    diverted(),
  );

  assert.ok(shown.length > 0);
  assert.deepEqual([...new Set(shown)], ['']);
  assert.equal(code, 3);
  assert.match(JSON.stringify(result.troubles), /not one that was accepted/);
});

test('a server that speaks TLS once and then in clear sees no key', async (t) => {
  const certificate = certificateFor('192.168.1.5');
  const inClear: string[] = [];
  const encrypted = createServer({ ...certificate }, (_request, response) => {
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer', Connection: 'close' }).end();
  });
  let hellos = 0;
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes: Buffer) => {
      const hello = bytes[0] === 0x16;
      if (hello && ++hellos === 1) {
        socket.pause();
        socket.unshift(bytes);
        encrypted.emit('connection', socket);
        return;
      }
      if (!hello) inClear.push(bytes.toString('latin1'));
      socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const pin = new X509Certificate(certificate.cert).fingerprint256;
  const url = `https://192.168.1.5:${portOf(server)}/`;

  const { code } = await verify(url, [...WITH_KEY, '--pin', pin], ENV, diverted());

  assert.ok(hellos > 1, 'it was asked again');
  assert.deepEqual(inClear, []);
  assert.equal(code, 3);
});

test('a redirect to TLS, to another port and to itself is not followed either', async (t) => {
  const elsewhere = await startStandIn(always(200, 'hello'));
  t.after(() => elsewhere.close());
  const targets = [`http://127.0.0.1:${elsewhere.port}/`, `//127.0.0.1:${elsewhere.port}/v1/models`, '/elsewhere'];
  for (const location of targets) {
    const server = await startStandIn(always(302, '', { Location: location }));
    t.after(() => server.close());

    await verify(`http://127.0.0.1:${server.port}/`, WITH_KEY, ENV);

    assert.ok(server.received.length > 0);
    assert.ok(server.received.every(({ path }) => path !== '/elsewhere'));
  }
  assert.deepEqual(elsewhere.received, []);
});

test('a redirect is not followed, with the key or without', async (t) => {
  const elsewhere = await startStandIn(always(200, 'hello'));
  t.after(() => elsewhere.close());
  const headers = { Location: `http://127.0.0.1:${elsewhere.port}/api/tags` };
  const server = await startStandIn(always(307, '', headers), {
    before: (request) => (bearer(request) === null ? UNAUTHORIZED : null),
  });
  t.after(() => server.close());

  await verify(`http://127.0.0.1:${server.port}/`, WITH_KEY, ENV);

  assert.ok(carriers(server.received).length > 0);
  assert.deepEqual(elsewhere.received, []);
});

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

test('a server that sends the credential back, in headers, bodies and names, does not get it printed', async (t) => {
  const server = await startStandIn([], {
    before: (request) => {
      const shown = request.headers.authorization ?? 'nothing';
      const name = String(shown).split(' ').at(-1);
      const body = JSON.stringify({ version: String(shown), models: [], [String(shown)]: KEY });
      const headers = [
        ['Server', String(shown)],
        ['Set-Cookie', `${name}=1`],
        ['WWW-Authenticate', `Bearer realm="${KEY}"`],
      ] as const;
      return { status: shown === `Bearer ${KEY}` ? 200 : 401, reason: KEY, headers, body };
    },
  });
  t.after(() => server.close());
  const file = secretFile(t, KEY);

  for (const format of ['json', 'jsonl', 'table']) {
    const { out, err } = await postern(
      ['verify', `http://127.0.0.1:${server.port}/`, '--key-file', file, '--pace', '0', '--format', format],
      {},
    );

    assertAbsent(KEY, out + err);
    assert.ok(!(out + err).includes(KEY.slice(4, 14)), 'most of a credential was printed');
    assert.ok(out.length > 0);
  }
});

test('a server that has had enough is left alone', async (t) => {
  let failures = 0;
  const limited = await startStandIn(answersOf('ollama/open.http'), {
    before: (request) => {
      if (bearer(request) === KEY) return null;
      if (request.headers.authorization === undefined) return UNAUTHORIZED;
      failures += 1;
      return failures > 4 ? { ...UNAUTHORIZED, status: 429 } : UNAUTHORIZED;
    },
  });
  t.after(() => limited.close());

  const { rows } = await verify(`http://127.0.0.1:${limited.port}/`, WITH_KEY, ENV);

  assert.equal(failures, 4 + 3);
  assert.ok(rows.some(({ check, verdict }) => check === 'failure-limit' && verdict === 'held'));
  assert.ok(rows.some(({ check, verdict }) => check === 'near-credential' && verdict === 'unknown'));
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

test('requests keep their distance', async (t) => {
  const server = await lockedOllama(t);
  const waits: number[] = [];
  const clock = {
    now: () => new Date('2026-11-21T12:00:00Z'),
    monotonic: () => 0,
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  };

  const line = ['verify', `http://127.0.0.1:${server.port}/`, ...WITH_KEY, '--neighbours', 'none', '--format', 'json'];
  const { out } = await postern(line, { env: ENV, clock });

  assert.match(out, /^\{/);
  assert.deepEqual([...new Set(waits)], [50]);
  assert.equal(waits.length, server.received.length - 1);
});

test('at most 80 requests go over the wire, those to a server that hangs up included', async (t) => {
  let received = 0;
  // Grants what is asked first on a connection only to the key, and hangs up on whatever comes after.
  const server = createTcpServer((socket) => {
    let first = true;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received += 1;
      if (!first) return socket.destroy();
      first = false;
      const text = bytes.toString('latin1');
      const granted = text.includes(`Bearer ${KEY}\r\n`);
      const body = text.startsWith('GET / ') ? 'Ollama is running' : '{"models":[],"version":"0.9.0"}';
      const head = granted ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer';
      socket.write(`${head}\r\nContent-Length: ${granted ? body.length : 0}\r\n\r\n${granted ? body : ''}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  const { result, rows } = await verify(`http://127.0.0.1:${portOf(server)}/`, WITH_KEY, ENV);

  assert.equal(received, 80);
  assert.equal(result.endpoints[0]?.requests, received);
  assert.ok(rows.some(({ verdict, reason }) => verdict === 'unknown' && reason === 'budget'));
});

test('the number of requests is kept, whatever is left undone', async (t) => {
  const server = await lockedOllama(t);

  const { rows } = await verify(`http://127.0.0.1:${server.port}/`, [...WITH_KEY, '--max-requests', '30'], ENV);

  assert.ok(server.received.length <= 30, String(server.received.length));
  assert.ok(rows.some(({ verdict, reason }) => verdict === 'unknown' && reason === 'budget'));
});

const BAD: readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp][] = [
  ['a variable that is not there', ['--key-env', 'NOPE'], {}, /--key-env NOPE: no such environment variable/],
  ['a key in the place of a name', ['--key-env', KEY], {}, /--key-env: expected the name of an environment variable/],
  ['two credentials', ['--key-env', 'AI_KEY', '--basic-env', 'B'], { B: 'user:password' }, /give one credential/],
  ['a password without a user', ['--basic-env', 'B'], { B: 'password-only' }, /--basic-env B: expected user:password/],
  ['a key of two lines', ['--key-env', 'B'], { B: 'one\ntwo' }, /--key-env B: expected one line/],
  ['a key of three characters', ['--key-env', 'B'], { B: 'abc' }, /--key-env B: expected at least 4 characters/],
  ['the right key as the old one', ['--key-env', 'AI_KEY', '--old-key-env', 'B'], { B: KEY }, /--old-key-env B/],
  ['a file that is not there', ['--token-file', '/nonexistent/token'], {}, /--token-file \/nonexistent\/token: /],
  ['more requests than a run may send', ['--max-requests', '81'], {}, /--max-requests.*1 to 80/],
  ['a neighbour without a port', ['--neighbours', '192.168.1.9:'], {}, /--neighbours: expected ports, or an address/],
  ['a neighbour by its name', ['--neighbours', 'ai.lan:8000'], {}, /--neighbours: expected ports, or an address/],
  ['half a fingerprint', ['--pin', 'abcd'], {}, /--pin: expected the SHA-256/],
  ['a public address', ['--key-env', 'AI_KEY'], {}, /public addresses need --allow-public/],
];

for (const [what, args, env, message] of BAD) {
  test(`refused with one line: ${what}`, async () => {
    const url = what === 'a public address' ? 'https://198.18.0.1.example/' : 'http://127.0.0.1:1/';
    const names = diverted({ '198.18.0.1.example': ['8.8.8.8'] });

    const { code, out, err } = await postern(['verify', url, ...args], { env: { ...ENV, ...env }, ...names });

    assert.equal(code, 2, err);
    assert.match(err, message);
    assert.equal(err.trim().split('\n').length, 1);
    assertAbsent(KEY, out + err);
  });
}

test('nobody listens: nothing was examined', async () => {
  const { code, result } = await verify('http://127.0.0.1:1/', WITH_KEY, ENV);

  assert.equal(code, 3);
  assert.equal(result.troubles[0]?.kind, 'not-examined');
});
