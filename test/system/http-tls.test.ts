import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SecureVersion, TLSSocket, TlsOptions } from 'node:tls';
import type { TlsSummary } from '../../src/model/exchange.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import { openEndpoint } from '../../src/system/http/opening.ts';
import type { Opening } from '../../src/system/ports.ts';
import { type CertificateWish, makeCertificate } from '../support/certificates.ts';
import { declared, loopbackTarget, openingOptions, rawPeer, responseOf, tlsPeer } from '../support/http-peer.ts';

const PAIR = makeCertificate();
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function openTls(
  t: TestContext,
  options: TlsOptions,
  target: Partial<AdmittedTarget> = {},
  onSecure: (socket: TLSSocket) => void = (socket) => socket.on('data', () => socket.write(OK)),
): Promise<Opening> {
  const peer = await tlsPeer(t, { key: PAIR.key, cert: PAIR.cert, ...options }, (socket) =>
    onSecure(socket as TLSSocket),
  );
  const wanted = loopbackTarget(peer.port, { scheme: 'https', ...target });
  const opening = await openEndpoint(wanted, declared(), null, openingOptions());
  if (opening.speech === 'http') t.after(() => opening.conversation.close());
  return opening;
}

function tlsOf(opening: Opening): TlsSummary {
  const tls = opening.speech === 'http' ? opening.conversation.tls : opening.tls;
  if (tls === null) throw new Error(`expected TLS, got ${JSON.stringify(opening)}`);
  return tls;
}

const ALL_CIPHERS = { ciphers: 'ALL:@SECLEVEL=0' };
const CIPHERS = {
  TLSv1: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLSv1.1': 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLSv1.2': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLSv1.3': 'TLS_AES_256_GCM_SHA384',
} as const satisfies Record<SecureVersion, string>;

for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version} is spoken, and a self-signed certificate is data`, async (t) => {
    const opening = await openTls(t, { ...ALL_CIPHERS, minVersion: version, maxVersion: version });

    const certificate = new X509Certificate(PAIR.cert);
    assert.equal(opening.speech === 'http' && responseOf(opening.first).body, 'ok');
    assert.deepEqual(tlsOf(opening), {
      protocol: version,
      cipher: CIPHERS[version],
      authorized: false,
      trustError: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      certificate: {
        subject: 'CN=box.test',
        issuer: 'CN=box.test',
        names: ['box.test', '127.0.0.1'],
        notBefore: new Date(certificate.validFrom).toISOString(),
        notAfter: new Date(certificate.validTo).toISOString(),
        selfSigned: true,
        fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
      },
    });
  });
}

const WEAK: readonly [string, CertificateWish, TlsOptions][] = [
  ['an RSA key of 1024 bits', { key: ['rsa:1024'] }, { ciphers: 'DEFAULT:@SECLEVEL=0' }],
  ['no forward secrecy', { key: ['rsa:2048'] }, { ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' }],
  ['a signature with SHA-1', { key: ['rsa:2048', '-sha1'] }, { ciphers: 'DEFAULT:@SECLEVEL=0' }],
];

for (const [what, wish, options] of WEAK) {
  test(`a server with ${what} is still seen`, async (t) => {
    const { key, cert } = makeCertificate(wish);

    const opening = await openTls(t, { key, cert, ...options });

    assert.equal(opening.speech === 'http' && responseOf(opening.first).body, 'ok');
  });
}

test('an expired certificate is data', async (t) => {
  const { key, cert } = makeCertificate({ expired: true });

  const opening = await openTls(t, { key, cert });

  const { trustError, certificate } = tlsOf(opening);
  assert.equal(trustError, 'CERT_HAS_EXPIRED');
  assert.equal(certificate?.notAfter, new Date(new X509Certificate(cert).validTo).toISOString());
});

test('names of all kinds are read', async (t) => {
  const names = ['DNS:a.test', 'DNS:*.b.test', 'IP:::1', 'IP:10.0.0.1', 'URI:spiffe://box', 'email:a@b.test'];
  const { key, cert } = makeCertificate({ names });

  const opening = await openTls(t, { key, cert });

  assert.deepEqual(tlsOf(opening).certificate?.names, [
    'a.test',
    '*.b.test',
    '::1',
    '10.0.0.1',
    'spiffe://box',
    'a@b.test',
  ]);
});

const SNI: readonly [string, Partial<AdmittedTarget>, string | false][] = [
  ['none for an address', {}, false],
  ['the host when it is a name', { host: 'box.test' }, 'box.test'],
  ['the server name rather than the host', { host: 'box.test', serverName: 'chat.test' }, 'chat.test'],
  ['the server name for an address', { serverName: 'chat.test' }, 'chat.test'],
];

for (const [what, target, expected] of SNI) {
  test(`SNI: ${what}`, async (t) => {
    const seen: (string | false | null)[] = [];

    await openTls(t, {}, target, (socket) => {
      seen.push(socket.servername);
      socket.on('data', () => socket.write(OK));
    });

    assert.deepEqual(seen, [expected]);
  });
}

test('http/1.1 is offered by ALPN, and a server that wants only HTTP/2 is seen as TLS', async (t) => {
  const offered = await openTls(t, { ALPNProtocols: ['h2', 'http/1.1'] }, {}, (socket) => {
    socket.on('data', () => socket.end(`HTTP/1.0 200 OK\r\n\r\n${socket.alpnProtocol}`));
  });
  const refused = await openTls(t, { ALPNProtocols: ['h2'] });

  assert.equal(offered.speech === 'http' && responseOf(offered.first).body, 'http/1.1');
  assert.deepEqual([refused.speech, refused.speech !== 'http' && refused.reason], ['other', 'tls-failed']);
});

test('a connection over TLS is kept and, when it was closed, made again', async (t) => {
  let requests = 0;
  const opening = await openTls(t, {}, {}, (socket) => {
    socket.on('data', () => (++requests === 2 ? socket.end() : socket.write(OK)));
  });
  if (opening.speech !== 'http') throw new Error('expected HTTP');

  const outcome = await opening.conversation.exchange(declared());

  assert.equal(responseOf(outcome).body, 'ok');
  assert.equal(opening.conversation.connections, 2);
});

for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
  const versions = { ...ALL_CIPHERS, minVersion: version, maxVersion: version };

  test(`${version}: a server that insists on a client certificate is seen as such`, async (t) => {
    const opening = await openTls(t, { ...versions, requestCert: true, rejectUnauthorized: true });

    assert.deepEqual(
      [opening.speech, opening.speech !== 'http' && opening.reason],
      ['other', 'client-certificate-required'],
    );
    assert.equal(tlsOf(opening).certificate?.subject, 'CN=box.test');
    assert.equal(tlsOf(opening).protocol, version);
  });

  test(`${version}: a server that only asks for a client certificate answers`, async (t) => {
    const opening = await openTls(t, { ...versions, requestCert: true, rejectUnauthorized: false });

    assert.equal(opening.speech === 'http' && responseOf(opening.first).body, 'ok');
  });
}

test('a server that asked for a client certificate and hangs up on the request wants one', async (t) => {
  const options = { requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' } as const;

  const opening = await openTls(t, options, {}, (socket) => socket.once('data', () => socket.destroy()));

  assert.deepEqual(
    [opening.speech, opening.speech !== 'http' && opening.reason],
    ['other', 'client-certificate-required'],
  );
});

test('TLS 1.2: a server that asked for a client certificate and hangs up in the handshake wants one', async (t) => {
  const versions = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  const inner = await tlsPeer(t, { key: PAIR.key, cert: PAIR.cert, requestCert: true, ...versions }, () => undefined);
  const outer = await rawPeer(t, (socket) => {
    const onwards = connect(inner.port, '127.0.0.1');
    onwards.on('error', () => undefined);
    onwards.pipe(socket);
    socket.once('data', (hello: Buffer) => {
      onwards.write(hello);
      socket.once('data', () => socket.destroy());
    });
  });

  const opening = await openEndpoint(
    loopbackTarget(outer.port, { scheme: 'https' }),
    declared(),
    null,
    openingOptions(),
  );

  assert.deepEqual(
    [opening.speech, opening.speech !== 'http' && opening.reason],
    ['other', 'client-certificate-required'],
  );
});

test('a server that asked for nothing and hangs up on the request is silent', async (t) => {
  const opening = await openTls(t, {}, {}, (socket) => socket.once('data', () => socket.destroy()));

  assert.deepEqual([opening.speech, opening.speech !== 'http' && opening.reason], ['silent', 'closed']);
  assert.equal(tlsOf(opening).certificate?.subject, 'CN=box.test');
});
