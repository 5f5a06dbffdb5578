import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { type StandIn, type StandInOptions, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { startNginx } from '../support/front.ts';
import { requireProgram } from '../support/program.ts';
import { freePorts, temporaryFolder } from '../support/running.ts';
import { assertHarmless, bearer, UNAUTHORIZED, type Verified, verify } from '../support/verify.ts';
import { type Issued, issue } from '../tls/support/issue.ts';

/*
 * Locks that want a client certificate: nginx and Node in the ways in which they are set up, and the ways in which that
 * goes wrong. Each run shows nothing, a self-signed certificate and the right one.
 */

const ROOT = issue({ subject: 'Client CA', ca: true });
const SERVER = issue({ subject: 'box.test', dns: ['box.test'], ip: ['127.0.0.1'], issuer: ROOT });
const CLIENT = issue({ subject: 'client', issuer: ROOT, usage: '1.3.6.1.5.5.7.3.2' });
const STRANGER = issue({ subject: 'client', issuer: issue({ subject: 'Another CA', ca: true }) });
const KEY = 'key-of-the-owner-0123456789';

function certificateFiles(t: TestContext, { pem, keyPem }: Issued = CLIENT): readonly string[] {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'client.pem'), pem);
  writeFileSync(join(folder, 'client.key'), keyPem, { mode: 0o600 });
  return ['--client-cert', join(folder, 'client.pem'), '--client-key', join(folder, 'client.key')];
}

function rowsOf({ rows }: Verified, check: string): string[] {
  return rows
    .filter((row) => row.check === check)
    .map(({ request, sent, verdict }) => `${request}: ${sent}: ${verdict}`);
}

interface Lock {
  readonly what: string;
  /** Inside of the server block, beside certificates and authority; `up` is the service. */
  readonly server: (up: string) => string;
  readonly code: number;
  readonly rules: readonly string[];
  readonly broken: readonly string[];
}

const UNLESS_VERIFIED = 'if ($ssl_client_verify != SUCCESS) { return 403; }';

const LOCKS: readonly Lock[] = [
  {
    what: 'ssl_verify_client on',
    server: (up) => `ssl_verify_client on; location / { proxy_pass ${up}; }`,
    code: 0,
    rules: [],
    broken: [],
  },
  {
    what: 'ssl_verify_client on, up to TLS 1.2',
    server: (up) => `ssl_protocols TLSv1.2; ssl_verify_client on; location / { proxy_pass ${up}; }`,
    code: 0,
    rules: [],
    broken: [],
  },
  {
    what: 'ssl_verify_client optional, looked at everywhere',
    server: (up) => `ssl_verify_client optional; location / { ${UNLESS_VERIFIED} proxy_pass ${up}; }`,
    code: 0,
    rules: [],
    broken: [],
  },
  {
    what: 'ssl_verify_client optional, looked at on /api/ only',
    server: (up) =>
      `ssl_verify_client optional; location / { proxy_pass ${up}; } location /api/ { ${UNLESS_VERIFIED} proxy_pass ${up}; }`,
    code: 1,
    rules: ['unrefused-anonymous-request'],
    broken: ['anonymous GET /v1/models: no client certificate'],
  },
  {
    what: 'ssl_verify_client optional_no_ca, any certificate will do',
    server: (up) =>
      `ssl_verify_client optional_no_ca; location / { if ($ssl_client_verify = NONE) { return 403; } proxy_pass ${up}; }`,
    code: 1,
    rules: ['unenforced-client-certificate'],
    broken: ['client-certificate GET /api/tags: a self-signed client certificate'],
  },
];

test('nginx that wants a client certificate', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const folder = temporaryFolder(t);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const tls = [
    `ssl_certificate ${file('server.pem', SERVER.pem)};`,
    `ssl_certificate_key ${file('server.key', SERVER.keyPem)};`,
    `ssl_client_certificate ${file('ca.pem', ROOT.pem)};`,
  ].join(' ');
  const behind = await Promise.all(LOCKS.map(() => startStandIn(answersOf('ollama/open.http'))));
  t.after(() => Promise.all(behind.map((one) => one.close())));
  const ports = await freePorts(LOCKS.length);
  const servers = LOCKS.map(
    ({ server }, at) =>
      `server { listen 127.0.0.1:${ports[at]} ssl; ${tls} ${server(`http://127.0.0.1:${behind[at]?.port}`)} }`,
  );
  await startNginx(t, nginx, ports, servers);

  await Promise.all(
    LOCKS.map((lock, at) =>
      t.test(lock.what, async (t) => {
        const seen = await verify(`https://127.0.0.1:${ports[at]}/`, certificateFiles(t), {});

        const shown = JSON.stringify({ broken: seen.broken, troubles: seen.result.troubles }, null, 1);
        assert.deepEqual(seen.rules, lock.rules, shown);
        assert.equal(seen.code, lock.code, shown);
        assert.equal(seen.result.endpoints[0]?.service?.id, 'ollama');
        for (const row of lock.broken) assert.ok(seen.broken.includes(row), shown);
        assert.ok(rowsOf(seen, 'right-credential').includes('GET /api/tags: the right client certificate: held'));
        assert.equal(rowsOf(seen, 'client-certificate').length > 0, true);
        await assertHarmless(behind[at]?.received ?? []);
      }),
    ),
  );
});

interface Requirement {
  readonly certificate: TlsOptions;
  /** Whether a request without the key is refused. */
  readonly key: boolean;
}

/** An Ollama behind Node's own TLS. */
async function startNode(t: TestContext, { certificate, key }: Requirement): Promise<StandIn> {
  const tls = { key: SERVER.keyPem, cert: SERVER.pem, ca: ROOT.pem, ...certificate };
  const before: StandInOptions['before'] = (request) => (key && bearer(request) !== KEY ? UNAUTHORIZED : null);
  const server = await startStandIn(answersOf('ollama/open.http'), { tls, before });
  t.after(() => server.close());
  return server;
}

const REQUIRED: TlsOptions = { requestCert: true, rejectUnauthorized: true };

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`refused in the handshake of ${version}`, async (t) => {
    const server = await startNode(t, { certificate: { ...REQUIRED, maxVersion: version }, key: false });

    const seen = await verify(`https://127.0.0.1:${server.port}/`, certificateFiles(t), {});

    assert.deepEqual(seen.rules, [], JSON.stringify(seen.broken));
    assert.equal(seen.code, 0, JSON.stringify(seen.rows, null, 1));
    assert.deepEqual(
      rowsOf(seen, 'client-certificate').includes('GET /api/tags: a self-signed client certificate: held'),
      true,
    );
    assert.ok(seen.rows.every(({ check }) => !['wrong-credential', 'near-credential'].includes(check)));
    await assertHarmless(server.received);
  });
}

test('a certificate and a key, both needed', async (t) => {
  const server = await startNode(t, { certificate: REQUIRED, key: true });

  const args = [...certificateFiles(t), '--key-env', 'AI_KEY'];
  const seen = await verify(`https://127.0.0.1:${server.port}/`, args, { AI_KEY: KEY });

  assert.deepEqual(seen.rules, [], JSON.stringify(seen.broken));
  assert.equal(seen.code, 0, JSON.stringify(seen.rows, null, 1));
  const rows = rowsOf(seen, 'client-certificate');
  assert.ok(rows.includes('GET /api/tags: the right credential, no client certificate: held'), JSON.stringify(rows));
  assert.ok(rows.includes('GET /api/tags: the right credential, a self-signed client certificate: held'));
  assert.ok(seen.rows.some(({ check, verdict }) => check === 'near-credential' && verdict === 'held'));
  await assertHarmless(server.received);
});

test('a certificate that is asked for beside the key and never looked at', async (t) => {
  const server = await startNode(t, { certificate: { requestCert: true, rejectUnauthorized: false }, key: true });

  const args = [...certificateFiles(t), '--key-env', 'AI_KEY'];
  const seen = await verify(`https://127.0.0.1:${server.port}/`, args, { AI_KEY: KEY });

  assert.deepEqual(seen.rules, ['unenforced-client-certificate']);
  assert.equal(seen.code, 1);
  assert.ok(seen.broken.includes('client-certificate GET /api/tags: the right credential, no client certificate'));
});

test('a certificate of another authority: locked out, and nothing is proved', async (t) => {
  const server = await startNode(t, { certificate: REQUIRED, key: false });

  const seen = await verify(`https://127.0.0.1:${server.port}/`, certificateFiles(t, STRANGER), {});

  assert.deepEqual(seen.rules, ['refused-right-credential']);
  assert.equal(seen.code, 1);
  assert.deepEqual(server.received, []);
  assert.ok(seen.rows.every(({ check, verdict }) => check !== 'client-certificate' || verdict === 'unknown'));
});

test('a key and no certificate, where one is needed first: nothing is proved', async (t) => {
  const server = await startNode(t, { certificate: REQUIRED, key: true });

  const seen = await verify(`https://127.0.0.1:${server.port}/`, ['--key-env', 'AI_KEY'], { AI_KEY: KEY });

  assert.equal(seen.code, 3);
  assert.deepEqual(seen.rules, []);
  assert.match(seen.rows.find(({ check }) => check === 'right-credential')?.reason ?? '', /--client-cert/);
  assert.deepEqual(server.received, []);
});

test('a client certificate and a service in clear: not shown, said, and no success', async (t) => {
  const server = await startStandIn(answersOf('ollama/open.http'), { before: () => UNAUTHORIZED });
  t.after(() => server.close());

  const { code, result } = await verify(`http://127.0.0.1:${server.port}/`, certificateFiles(t), {});

  assert.equal(code, 3);
  assert.match(result.troubles[0]?.what ?? '', /a client certificate needs TLS/);
});

const BAD: readonly [string, (t: TestContext) => readonly string[], RegExp][] = [
  ['a certificate without its key', (t) => certificateFiles(t).slice(0, 2), /belong together/],
  [
    'a key of another certificate',
    (t) => [...certificateFiles(t).slice(0, 2), ...certificateFiles(t, STRANGER).slice(2)],
    /--client-key \S+: does not belong to/,
  ],
];

for (const [what, args, message] of BAD) {
  test(`refused with one line: ${what}`, async (t) => {
    const { code, err } = await postern(['verify', 'https://127.0.0.1:1/', ...args(t)], {});

    assert.equal(code, 2);
    assert.match(err, message);
    assert.equal(err.trim().split('\n').length, 1);
  });
}
