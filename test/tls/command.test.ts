import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { judgedSharedKey } from '../../src/judge/relation-subject.ts';
import type { CertificatePlace } from '../../src/model/certificate.ts';
import type { TlsEndpoint } from '../../src/model/tls.ts';
import { certificateRecords, sharedKeys } from '../../src/relate/tls.ts';
import { postern } from '../support/command.ts';
import { answeringPeer, portOf, rawPeer } from '../support/http-peer.ts';
import { freePort, temporaryFolder } from '../support/running.ts';
import { ecKeys, type Issued, issue, parsed } from './support/issue.ts';

const ROOT = issue({ subject: 'Our CA', ca: true, to: '2049-01-01T00:00:00Z' });
const SERVER = issue({ dns: ['box.test'], ip: ['127.0.0.1', '127.0.0.2'], issuer: ROOT, to: '2048-01-01T00:00:00Z' });

function files(t: TestContext): (name: string, data: string | Uint8Array) => string {
  const folder = temporaryFolder(t);
  return (name, data) => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
}

async function serve(t: TestContext, { pem, keyPem }: Issued, address = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer({ cert: pem, key: keyPem }, (_request, response) => response.end('hello'));
  server.listen(port, address);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return portOf(server);
}

test('bad input gets one clear line and exit 2', async (t) => {
  const file = files(t);
  const key = file('key.pem', SERVER.keyPem);
  const cert = file('cert.pem', SERVER.pem);
  const locked = SERVER.keys.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: 'x',
  });
  const lockedOfOld = SERVER.keys.privateKey.export({
    type: 'sec1',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: 'x',
  });
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--cert', '/nowhere/cert.pem'], /does not exist/],
    [['--cert', key], /holds a private key, not a certificate/],
    [['--cert', cert, '--key', cert], /holds a certificate, not a private key/],
    [['--cert', cert, '--key', file('locked.pem', locked)], /private key is encrypted/],
    [['--cert', cert, '--key', file('bent.key', SERVER.keyPem.replace('\n', '\nAAAA'))], /cannot read the private key/],
    [['--cert', cert, '--key', file('text.key', 'hello')], /not a private key: expected PEM or DER/],
    [['--cert', file('text.pem', 'hello')], /not a certificate: expected PEM or DER/],
    [['--cert', file('empty.pem', '')], /the file is empty/],
    [['--cert', file('bent.pem', SERVER.pem.replace('\n', '\nAAAA'))], /certificate 1 is cut off or damaged/],
    [['--cert', file('short.pem', SERVER.pem.slice(0, 300))], /certificate 1 is cut off or damaged/],
    [['--cert', file('chain.pem', SERVER.pem + ROOT.pem.slice(0, 300))], /certificate 2 is cut off or damaged/],
    [['--cert', file('old.pem', lockedOfOld)], /holds an ec private key, not a certificate/],
    [['nosuchhost.invalid'], /has no address/],
    [[], /no targets/],
    [['127.0.0.1', '--ca', '/nowhere'], /--ca \/nowhere: does not exist/],
    [['127.0.0.1', '--pin', 'abc'], /expected sha256\//],
    [['127.0.0.1', '--client-cert', cert], /belong together/],
    [['--key', key], /--key needs --cert/],
    [['127.0.0.1', '--max-connections', '0'], /expected a whole number/],
    [['127.0.0.1', '--format', 'pdf'], /expected one of/],
    [['8.8.8.8:443'], /public/],
    [['127.0.0.1', '--server-name', 'a b'], /--server-name a b: expected a host name or an address/],
    [['127.0.0.1', '--sni', 'a'.repeat(64)], /expected a host name or an address/],
  ];

  for (const [args, expected] of cases) {
    const run = await postern(['tls', ...args]);

    assert.equal(run.code, 2, `${args.join(' ')}: ${run.err}`);
    assert.match(run.err, expected);
    assert.equal(run.err.trim().split('\n').length, 1);
  }
});

test('certificate files: PEM or DER, and whether the key belongs to it', async (t) => {
  const file = files(t);
  const ca = file('ca.pem', ROOT.pem);
  const cert = file('cert.der', SERVER.der);
  const key = file('key.pem', SERVER.keyPem);
  const other = file('other.pem', issue().keyPem);

  const good = await postern([
    'tls',
    '--cert',
    cert,
    '--key',
    key,
    '--ca',
    ca,
    '--server-name',
    'box.test',
    '--format',
    'json',
  ]);
  const bad = await postern(['tls', '--cert', cert, '--key', other, '--ca', ca, '--format', 'json']);

  assert.equal(good.code, 0, good.out);
  assert.deepEqual(JSON.parse(good.out).certificates[0].dnsNames, ['box.test']);
  assert.equal(bad.code, 1);
  assert.deepEqual(
    JSON.parse(bad.out).findings.map(({ rule }: { rule: string }) => rule),
    ['mismatched-key'],
  );
});

test('the result names versions, suites, grade and trust as documented', async (t) => {
  const port = await serve(t, SERVER);
  const ca = files(t)('ca.pem', ROOT.pem);

  const run = await postern(['tls', `127.0.0.1:${port}`, '--ca', ca, '--format', 'json']);

  const { tls, certificates } = JSON.parse(run.out);
  const [endpoint] = tls;
  assert.deepEqual(
    endpoint.protocols.map(({ version, offered }: { version: string; offered: unknown }) => [version, offered]).at(-1),
    ['TLSv1.3', true],
  );
  assert.match(endpoint.protocols.at(-1).suites[0].name, /^TLS_/);
  assert.deepEqual(endpoint.grade.trust, ['your-ca']);
  assert.equal(typeof endpoint.grade.configuration, 'string');
  assert.equal(certificates[0].places[0].port, port);
  assert.equal(endpoint.host, '127.0.0.1');
});

test('a fleet: one key on two hosts, closed ports counted, order by expiry', async (t) => {
  const port = await serve(t, SERVER);
  await serve(t, SERVER, '127.0.0.2', port);
  const ca = files(t)('ca.pem', ROOT.pem);

  const run = await postern([
    'tls',
    `127.0.0.1-4:${port}`,
    '--quick',
    '--ca',
    ca,
    '--format',
    'json',
    '--fail-on',
    'low',
  ]);

  const { findings, coverage, certificates } = JSON.parse(run.out);
  assert.ok(findings.some(({ rule }: { rule: string }) => rule === 'shared-key'));
  assert.deepEqual([coverage.probes.open, coverage.probes.closed], [2, 2]);
  const leaf = certificates.find(({ role }: { role: string }) => role === 'leaf');
  assert.deepEqual(
    leaf.places.map(({ host }: { host: string }) => host),
    ['127.0.0.1', '127.0.0.2'],
  );
});

test('a fleet: a key in several certificates, a wildcard that has spread, and a service on two ports of one host', () => {
  const keys = ecKeys();
  const at = (address: string, port = 443) => ({ host: address, address, port });
  const sighted = (certificate: Issued, ...places: readonly CertificatePlace[]) =>
    places.map((place) => ({ certificate: parsed(certificate).facts, role: 'leaf' as const, place, file: null }));
  const shared = (...sightings: readonly ReturnType<typeof sighted>[]) =>
    sharedKeys(certificateRecords(sightings.flat())).map((one) => judgedSharedKey(one).subject);

  const [key] = shared(
    sighted(issue({ keys, dns: ['a.test'] }), at('10.0.0.1')),
    sighted(issue({ keys, dns: ['b.test'] }), at('10.0.0.2')),
  );
  const [wildcard] = shared(sighted(issue({ dns: ['*.lan.test'] }), at('10.0.0.1'), at('10.0.0.2'), at('10.0.0.3')));
  const none = shared(sighted(issue({ dns: ['a.test'] }), at('10.0.0.1'), at('10.0.0.1', 8443)));

  assert.deepEqual([key?.what, key?.hosts], ['key', 2]);
  assert.deepEqual([wildcard?.what, wildcard?.hosts], ['wildcard certificate', 3]);
  assert.deepEqual(none, []);
});

test('the calendar has stable entries: a third before the end, and the end', async (t) => {
  const port = await serve(t, SERVER);
  const args = ['tls', `127.0.0.1:${port}`, '--quick', '--format', 'ics'];

  const [first, second] = [await postern(args), await postern(args)];

  const uids = (text: string) => [...text.matchAll(/^UID:(.*)$/gm)].map(([, uid]) => uid);
  assert.equal(uids(first.out).length, 2);
  assert.deepEqual(uids(first.out), uids(second.out));
  assert.match(first.out, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
  assert.match(first.out, /DTSTART:20480101T000000Z/);
  assert.ok(first.out.split('\r\n').every((line) => Buffer.byteLength(line) <= 75));
});

test('metrics give absolute seconds, also for a certificate that nobody trusts', async (t) => {
  const old = issue({ dns: ['box.test'], from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' });
  const port = await serve(t, old);

  const run = await postern(['tls', `127.0.0.1:${port}`, '--quick', '--format', 'prometheus']);

  assert.match(run.out, /postern_certificate_not_after_seconds\{[^}]*\} 1609459200\n/);
  assert.match(run.out, /postern_tls_trusted\{[^}]*\} 0\n/);
  assert.equal(run.code, 1);
});

test('plain HTTP where TLS was expected is a finding; a closed port is exit 3', async (t) => {
  const plain = await answeringPeer(t, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');

  const spoken = await postern(['tls', `127.0.0.1:${plain.port}`, '--format', 'json']);
  const closed = await postern(['tls', `127.0.0.1:${await freePort()}`]);

  assert.deepEqual(
    JSON.parse(spoken.out).findings.map(({ rule }: { rule: string }) => rule),
    ['plaintext-on-tls-port'],
  );
  assert.equal(closed.code, 3);
  assert.match(closed.out, /refused/);
});

test('targets come from a list on standard input too, and the name to ask for as it is written', async (t) => {
  const port = await serve(t, SERVER);
  const args = ['--server-name', 'BÜCHER.test', '--quick', '--format', 'json'];

  const run = await postern(['tls', '-f', '-', ...args], { input: `127.0.0.1:${port} # here\n` });

  assert.deepEqual(
    JSON.parse(run.out).tls.map(({ serverName }: TlsEndpoint) => serverName),
    ['xn--bcher-kva.test'],
  );
});

test('of a port that closes on every hello nothing is claimed but that', async (t) => {
  const peer = await rawPeer(t, (socket) => socket.on('data', () => socket.destroy()));

  const run = await postern(['tls', `127.0.0.1:${peer.port}`]);

  assert.match(run.out, /Not seen\s+no version of TLS was accepted\n/);
  assert.doesNotMatch(run.out, /at most|post-quantum key/);
});

test('authorities may count for some addresses only', async (t) => {
  const port = await serve(t, SERVER);
  const ca = files(t)('ca.pem', ROOT.pem);
  const trust = async (given: string) =>
    JSON.parse((await postern(['tls', `127.0.0.1:${port}`, '--quick', '--ca', given, '--format', 'json'])).out).tls[0]
      .grade.trust;

  assert.deepEqual(await trust(`127.0.0.0/8=${ca}`), ['your-ca']);
  assert.deepEqual(await trust(`10.0.0.0/8=${ca}`), ['unknown-ca']);
});

test('the table says what is wrong in words', async (t) => {
  const port = await serve(t, issue({ dns: [] }));

  const run = await postern(['tls', `127.0.0.1:${port}`]);
  const full = await postern(['tls', `127.0.0.1:${port}`, '--all']);

  assert.match(run.out, /configuration \S+ {2}trust self-signed, name-mismatch/);
  assert.match(run.out, /Refused by\s+Go.*no subjectAltName/s);
  assert.match(full.out, /\n +→ Node: set NODE_EXTRA_CA_CERTS\n +→ curl: pass --cacert/);
  assert.doesNotMatch(run.out, /undefined|\[object/);
});
