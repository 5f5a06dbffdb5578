import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { makeCertificate } from '../support/certificates.ts';
import { startNginx } from '../support/front.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, freePorts, startServer, temporaryFolder, untilReady } from '../support/running.ts';
import { tapInto } from '../support/tap.ts';
import { assertHarmless, secretFile, verify } from '../support/verify.ts';

/*
 * Real locks: nginx in front of recorded services, and a real Jupyter. What was sent is read from the wire.
 */

const KEY = 'key-of-the-proxy-0123456789';
const OLD = 'old-key-of-the-proxy-000000';
const PAIR = 'operator:correct horse battery';

interface Lock {
  readonly what: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The inside of a server block; `up` is the service, `passwords` a file, `listen` where the block listens. */
  readonly server: (place: { readonly up: string; readonly passwords: string; readonly listen: string }) => string;
  readonly code: number;
  readonly rules: readonly string[];
  /** Matches a row that did not come out as expected. */
  readonly broken?: RegExp;
}

const BASIC = { args: ['--basic-env', 'PAIR'], env: { PAIR } };
const BEARER = { args: ['--key-env', 'AI_KEY', '--old-key-env', 'OLD_KEY'], env: { AI_KEY: KEY, OLD_KEY: OLD } };
const ASK = (passwords: string): string => `auth_basic "AI"; auth_basic_user_file ${passwords};`;
const UNLESS_KEY = `if ($allowed = 0) { add_header WWW-Authenticate Bearer always; return 401; }`;

const LOCKS: readonly Lock[] = [
  {
    what: 'auth_basic on everything',
    ...BASIC,
    server: ({ up, passwords }) => `${ASK(passwords)} location / { proxy_pass ${up}; }`,
    code: 0,
    rules: [],
  },
  {
    what: 'auth_basic unless the method is GET',
    ...BASIC,
    server: ({ up, passwords }) => `location / { limit_except GET { ${ASK(passwords)} } proxy_pass ${up}; }`,
    code: 1,
    rules: ['unrefused-anonymous-request'],
    broken: /^anonymous GET \/api\/tags/,
  },
  {
    what: 'auth_basic on /api only, beside /v1',
    ...BASIC,
    server: ({ up, passwords }) =>
      `location / { proxy_pass ${up}; } location /api/ { ${ASK(passwords)} proxy_pass ${up}; }`,
    code: 1,
    rules: ['unrefused-anonymous-request'],
    broken: /^anonymous GET \/v1\/models/,
  },
  {
    what: 'a bearer key by map',
    ...BEARER,
    server: ({ up }) => `location / { ${UNLESS_KEY} proxy_pass ${up}; }`,
    code: 0,
    rules: [],
  },
  {
    what: 'a bearer key by map, on exactly one path',
    ...BEARER,
    server: ({ up }) =>
      `location / { ${UNLESS_KEY} proxy_pass ${up}; } location /API/ { rewrite ^/API/(.*)$ /api/$1 break; proxy_pass ${up}; }`,
    code: 1,
    rules: ['bypassable-gate'],
    broken: /^request-variant GET \/API\/tags: no credential, in capitals$/,
  },
  {
    what: 'a bearer key by map, for one host name only',
    ...BEARER,
    server: ({ up, listen }) =>
      `server_name 127.0.0.1; location / { ${UNLESS_KEY} proxy_pass ${up}; } } server { listen ${listen} default_server; location / { proxy_pass ${up}; }`,
    code: 1,
    rules: ['bypassable-gate'],
    broken: /^request-variant GET \/api\/tags: no credential, another host name$/,
  },
  {
    what: 'a bearer key by map that still knows the old one',
    ...BEARER,
    server: ({ up }) => `location / { if ($remembered = 0) { return 401; } proxy_pass ${up}; }`,
    code: 1,
    rules: ['unrefused-retired-credential'],
    broken: /^retired-credential/,
  },
  {
    what: 'a bearer key by map that looks at the start only',
    ...BEARER,
    server: ({ up }) => `location / { if ($begun = 0) { return 401; } proxy_pass ${up}; }`,
    code: 1,
    rules: ['unrefused-near-credential'],
    broken: /^near-credential .* its last character changed$/,
  },
];

test('nginx in front of an Ollama', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const passwords = join(temporaryFolder(t), 'passwords');
  writeFileSync(passwords, `operator:{PLAIN}${PAIR.split(':')[1]}\n`);
  const behind = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => behind.close());
  const ports = await freePorts(LOCKS.length);
  const up = `http://127.0.0.1:${behind.port}`;
  const servers = LOCKS.map(({ server }, at) => {
    const listen = `127.0.0.1:${ports[at]}`;
    return `server { listen ${listen}; ${server({ up, passwords, listen })} }`;
  });
  // Patterns, because map compares plain texts without regard to case.
  await startNginx(t, nginx, ports, servers, [
    `map $http_authorization $allowed { default 0; "~^Bearer ${KEY}$" 1; }`,
    `map $http_authorization $remembered { default 0; "~^Bearer ${KEY}$" 1; "~^Bearer ${OLD}$" 1; }`,
    `map $http_authorization $begun { default 0; "~^Bearer ${KEY.slice(0, 12)}" 1; }`,
  ]);

  await Promise.all(
    LOCKS.map((lock, at) =>
      t.test(lock.what, async (t) => {
        const tap = await tapInto(t, ports[at] ?? 0);

        const { code, rules, broken, result } = await verify(`http://127.0.0.1:${tap.port}/`, lock.args, lock.env);

        const seen = JSON.stringify({ broken, troubles: result.troubles }, null, 1);
        assert.deepEqual(rules, lock.rules, seen);
        assert.equal(code, lock.code, seen);
        assert.equal(result.endpoints[0]?.service?.id, 'ollama');
        if (lock.broken)
          assert.ok(
            broken.some((line) => lock.broken?.test(line)),
            seen,
          );
        assert.equal(tap.received().length, result.endpoints[0]?.requests);
        await assertHarmless(tap.received());
      }),
    ),
  );
});

/** Classic Notebook 6 and Jupyter Server 1: of version 2 there are recordings only. */
const JUPYTERS = [
  ['jupyter-notebook', 'NotebookApp.token', '--notebook-dir'],
  ['jupyter-server', 'ServerApp.token', '--ServerApp.root_dir'],
] as const;

async function startJupyter(
  t: TestContext,
  program: string,
  [, setting, directory]: (typeof JUPYTERS)[number],
  token: string,
): Promise<number> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const folders = { HOME: folder, JUPYTER_CONFIG_DIR: folder, JUPYTER_DATA_DIR: folder, JUPYTER_RUNTIME_DIR: folder };
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--port-retries=0', directory, folder];
  const args = ['--no-browser', '--allow-root', ...place, `--${setting}=${token}`];
  await startServer(t, program, args, [port], folders);
  await untilReady(`http://127.0.0.1:${port}/`);
  return port;
}

for (const jupyter of JUPYTERS) {
  test(`${jupyter[0]} with a token`, async (t) => {
    const program = requireProgram(t, jupyter[0]);
    if (program === null) return;
    const token = 'tok-a1b2c3d4e5f60718';
    const port = await startJupyter(t, program, jupyter, token);

    await t.test('the token opens it, and nothing else does', async (t) => {
      const tap = await tapInto(t, port);

      const { code, rules, rows, broken } = await verify(
        `http://127.0.0.1:${tap.port}/`,
        ['--key-file', secretFile(t, token)],
        {},
      );

      assert.deepEqual(rules, [], JSON.stringify(broken, null, 1));
      assert.equal(code, 0, JSON.stringify(rows, null, 1));
      const cookies = rows.filter(({ check }) => check === 'cookie-flags');
      assert.deepEqual(
        cookies.map(({ request, verdict }) => [request.replace(/-127.*/, ''), verdict]),
        [
          ['cookie _xsrf', 'held'],
          ['cookie username', 'held'],
        ],
      );
      const opened = rows.filter(({ check, verdict }) => check === 'right-credential' && verdict === 'held');
      assert.deepEqual([...new Set(opened.map(({ class: kind }) => kind))].sort(), ['admin', 'inventory']);
      await assertHarmless(tap.received());
    });

    await t.test('another token is no proof', async (t) => {
      const { code, rules } = await verify(`http://127.0.0.1:${port}/`, [
        '--key-file',
        secretFile(t, 'tok-of-another'),
      ]);

      assert.deepEqual(rules, ['refused-right-credential']);
      assert.equal(code, 1);
    });
  });
}

test('nginx that asks for a client certificate lets nobody see what stands behind', async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const port = await freePort();
  const { certificateFile, keyFile } = makeCertificate();
  const tls = `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile}; ssl_client_certificate ${certificateFile};`;
  const behind = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => behind.close());
  const place = `listen 127.0.0.1:${port} ssl; ${tls} ssl_verify_client on;`;
  await startNginx(
    t,
    nginx,
    [port],
    [`server { ${place} location / { proxy_pass http://127.0.0.1:${behind.port}; } }`],
  );

  const { rules, rows } = await verify(`https://127.0.0.1:${port}/`, []);

  assert.deepEqual(rules, []);
  assert.deepEqual(behind.received, []);
  assert.ok(
    rows.every(({ check, verdict }) => check !== 'anonymous' || verdict !== 'broken'),
    JSON.stringify(rows),
  );
});
