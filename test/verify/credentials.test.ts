import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { always } from '../support/answers.ts';
import { makeCertificate } from '../support/certificates.ts';
import { postern } from '../support/command.ts';
import { portOf } from '../support/http-peer.ts';
import { carriers, certificateFor, diverted, ENV, KEY, lockedOllama, WITH_KEY } from '../support/locked-ollama.ts';
import { assertAbsent, bearer, secretFile, UNAUTHORIZED, verify } from '../support/verify.ts';

/*
 * Where credentials go, and where they never go.
 */

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
