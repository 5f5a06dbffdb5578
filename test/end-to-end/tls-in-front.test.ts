import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type StandIn, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { makeCertificate } from '../support/certificates.ts';
import { startCaddy, startHaproxy, startNginx } from '../support/front.ts';
import { requireProgram } from '../support/program.ts';
import { freePorts, temporaryFolder } from '../support/running.ts';
import { assertLawful, scan, scanPort, type Verdict, verdictOn } from '../support/scan.ts';

/*
 * TLS in front of AI services, by real proxies: certificates are data, names are tried, client certificates are doors.
 */

const GOOD = makeCertificate({ names: ['DNS:box.test', 'IP:127.0.0.1'] });
const EXPIRED = makeCertificate({ expired: true });
const MISNAMED = makeCertificate({ commonName: 'other.test', names: ['DNS:other.test'] });

const SELF_SIGNED = 'DEPTH_ZERO_SELF_SIGNED_CERT';

const OLLAMA: Verdict = {
  service: 'ollama',
  version: '0.30.11',
  auth: 'open',
  operations: 'open, open, open',
  schemes: [],
  transport: 'tls',
  findings: ['critical unauthenticated-endpoint'],
  exit: 1,
};
const STRANGER: Verdict = {
  ...OLLAMA,
  service: null,
  version: null,
  auth: 'unknown',
  operations: 'unknown, unknown, unknown',
  findings: [],
  exit: 0,
};

async function ollama(t: TestContext): Promise<StandIn> {
  const standIn = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => standIn.close());
  return standIn;
}

const certificate = ({ certificateFile, keyFile }: typeof GOOD): string =>
  `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile};`;

test('certificates are data', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const rows = [
    { what: 'self-signed', pair: GOOD, names: ['box.test', '127.0.0.1'], fault: SELF_SIGNED },
    { what: 'expired', pair: EXPIRED, names: ['box.test', '127.0.0.1'], fault: 'CERT_HAS_EXPIRED' },
    { what: 'of another name', pair: MISNAMED, names: ['other.test'], fault: SELF_SIGNED },
  ];
  const ports = await freePorts(rows.length);
  const upstreams = await Promise.all(rows.map(() => ollama(t)));
  const servers = rows.map(
    ({ pair }, at) =>
      `server { listen 127.0.0.1:${ports[at]} ssl; ${certificate(pair)} ssl_protocols TLSv1.3;
         location / { proxy_pass http://127.0.0.1:${upstreams[at]?.port}; } }`,
  );
  await startNginx(t, nginx, ports, servers);

  await Promise.all(
    rows.map(({ what, names, fault }, at) =>
      t.test(what, async () => {
        const { verdict, endpoint } = await scanPort(ports[at] ?? 0);

        assert.deepEqual(verdict, OLLAMA, JSON.stringify(endpoint, null, 1));
        assert.equal(endpoint.url, `https://127.0.0.1:${ports[at]}/`);
        const { tls } = endpoint;
        assert.equal(tls?.protocol, 'TLSv1.3');
        assert.equal(tls?.authorized, false);
        assert.equal(tls?.trustError, fault);
        assert.deepEqual(tls?.certificate?.names, names);
        assert.equal(tls?.certificate?.selfSigned, true);
        await assertLawful(upstreams[at]?.received ?? [], 'ollama');
      }),
    ),
  );
});

test('a password asked for over TLS is no finding', async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const [port = 0] = await freePorts(1);
  const passwords = join(temporaryFolder(t), 'passwords');
  writeFileSync(passwords, 'user:{PLAIN}secret\n');
  const upstream = await ollama(t);
  const server = `server { listen 127.0.0.1:${port} ssl; ${certificate(GOOD)} auth_basic AI;
    auth_basic_user_file ${passwords}; location / { proxy_pass http://127.0.0.1:${upstream.port}; } }`;
  await startNginx(t, nginx, [port], [server]);

  const { verdict } = await scanPort(port);

  const expected = { ...STRANGER, auth: 'guarded', operations: 'guarded, guarded, guarded', schemes: ['basic'] };
  assert.deepEqual(verdict, expected);
  assert.deepEqual(upstream.received, []);
});

test('names on one port, told apart by SNI', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const [port = 0, bare = 0] = await freePorts(2);
  const [first, second] = await Promise.all([ollama(t), startStandIn(answersOf('chroma/1.x-open.http'))]);
  t.after(() => second.close());
  const site = (at: number, name: string, inside: string): string =>
    `server { listen 127.0.0.1:${at} ssl; server_name ${name}; ${certificate(GOOD)} ${inside} }`;
  const passOn = (to: StandIn): string => `location / { proxy_pass http://127.0.0.1:${to.port}; }`;
  await startNginx(
    t,
    nginx,
    [port, bare],
    [
      site(port, '_', 'location / { return 404; }'),
      site(port, 'chat.test', passOn(first)),
      site(port, 'vectors.test', passOn(second)),
      `server { listen 127.0.0.1:${bare} ssl; ssl_reject_handshake on; }`,
      site(bare, 'chat.test', passOn(first)),
    ],
  );

  await Promise.all([
    t.test('without a name nobody is at home', async () => {
      const { verdict } = await scanPort(port);

      assert.deepEqual(verdict, STRANGER);
    }),
    t.test('with --sni each is found under its name', async () => {
      const names = ['--sni', 'chat.test,vectors.test,nobody.test'];
      const { code, result } = await scan(['127.0.0.1', '--ports', String(port), ...names]);

      const found = result.endpoints.map((endpoint) => [
        endpoint.url,
        endpoint.host,
        verdictOn(endpoint, result, code).service,
      ]);
      assert.deepEqual(found.sort(), [
        [`https://127.0.0.1:${port}/`, '127.0.0.1', null],
        [`https://chat.test:${port}/`, 'chat.test', 'ollama'],
        [`https://vectors.test:${port}/`, 'vectors.test', 'chroma'],
      ]);
      assert.equal(code, 1);
    }),
    t.test('also where a handshake without a name is refused', async () => {
      const { result } = await scan(['127.0.0.1', '--ports', String(bare), '--sni', 'chat.test']);

      const found = result.endpoints.map(({ url, speech, service }) => [url, speech, service?.id ?? null]);
      assert.deepEqual(found.sort(), [
        [`https://127.0.0.1:${bare}/`, 'other', null],
        [`https://chat.test:${bare}/`, 'http', 'ollama'],
      ]);
    }),
  ]);
});

test('a client certificate is asked for', { concurrency: 2 }, async (t) => {
  const mtls: Verdict = { ...STRANGER, auth: 'guarded', schemes: ['mtls'] };
  const inHttp: Verdict = { ...mtls, operations: 'guarded, guarded, guarded' };

  await Promise.all([
    t.test('by nginx, which says so in HTTP', async (t) => {
      const nginx = requireProgram(t, 'nginx');
      if (nginx === null) return;
      const [port = 0] = await freePorts(1);
      const upstream = await ollama(t);
      const verify = `ssl_verify_client on; ssl_client_certificate ${GOOD.certificateFile};`;
      const passOn = `location / { proxy_pass http://127.0.0.1:${upstream.port}; }`;
      const server = `server { listen 127.0.0.1:${port} ssl; ${certificate(GOOD)} ${verify} ${passOn} }`;
      await startNginx(t, nginx, [port], [server]);

      const { verdict, endpoint } = await scanPort(port);

      assert.deepEqual(verdict, inHttp, JSON.stringify(endpoint, null, 1));
      assert.deepEqual(upstream.received, []);
    }),
    t.test('by HAProxy, which ends the handshake', async (t) => {
      const haproxy = requireProgram(t, 'haproxy');
      if (haproxy === null) return;
      const [port = 0] = await freePorts(1);
      const upstream = await ollama(t);
      const bind = `bind 127.0.0.1:${port} ssl crt ${GOOD.bundleFile} verify required ca-file ${GOOD.certificateFile}`;
      await startHaproxy(t, haproxy, [port], ['listen only', `  ${bind}`, `  server ai 127.0.0.1:${upstream.port}`]);

      const { verdict, endpoint } = await scanPort(port);

      assert.deepEqual(verdict, mtls, JSON.stringify(endpoint, null, 1));
      assert.equal(endpoint.speech, 'other');
      assert.deepEqual(upstream.received, []);
    }),
    t.test('by Caddy, which ends the handshake', async (t) => {
      const caddy = requireProgram(t, 'caddy');
      if (caddy === null) return;
      const [port = 0] = await freePorts(1);
      const upstream = await ollama(t);
      const auth = `client_auth {\n mode require_and_verify\n trusted_ca_cert_file ${GOOD.certificateFile}\n }`;
      const tls = `tls ${GOOD.certificateFile} ${GOOD.keyFile} {\n ${auth}\n }`;
      const site = `https://:${port} {\n bind 127.0.0.1\n ${tls}\n reverse_proxy 127.0.0.1:${upstream.port}\n}`;
      await startCaddy(t, caddy, [port], [site]);

      const { verdict, endpoint } = await scanPort(port);

      assert.deepEqual(verdict, mtls, JSON.stringify(endpoint, null, 1));
      assert.deepEqual(upstream.received, []);
    }),
  ]);
});
