import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rawPeer } from '../support/http-peer.ts';
import { requireProgram, requirePython } from '../support/program.ts';
import { freePort, startServer, temporaryFolder, untilReady } from '../support/running.ts';
import { assertLawful, scanPort, type Verdict } from '../support/scan.ts';
import { type Tap, tapInto } from '../support/tap.ts';

/*
 * Servers of Debian, AI services and others, in the states they have, scanned through the command line.
 */

const NOBODY: Verdict = {
  service: null,
  version: null,
  auth: 'unknown',
  operations: 'unknown, unknown, unknown',
  schemes: [],
  transport: 'plaintext',
  findings: [],
  exit: 0,
};

async function assertVerdict(tap: Tap, expected: Verdict): Promise<void> {
  const { verdict, endpoint } = await scanPort(tap.port);

  assert.deepEqual(verdict, expected, JSON.stringify(endpoint, null, 1));
  assert.equal(tap.received().length, endpoint.requests);
  assert.equal(tap.accepted(), endpoint.connections);
  await assertLawful(tap.received(), verdict.service);
}

async function tapped(t: TestContext, port: number): Promise<Tap> {
  await untilReady(`http://127.0.0.1:${port}/`);
  return tapInto(t, port);
}

async function startJupyter(t: TestContext, program: string, options: readonly string[]): Promise<Tap> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const folders = { HOME: folder, JUPYTER_CONFIG_DIR: folder, JUPYTER_DATA_DIR: folder, JUPYTER_RUNTIME_DIR: folder };
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--port-retries=0', '--notebook-dir', folder];
  await startServer(t, program, ['--no-browser', '--allow-root', ...place, ...options], [port], folders);
  return tapped(t, port);
}

test('Jupyter Notebook', { concurrency: true }, async (t) => {
  const program = requireProgram(t, 'jupyter-notebook');
  if (program === null) return;
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const jupyter = { ...NOBODY, service: 'jupyter', version, exit: 1 };

  await Promise.all([
    t.test('with a token: the version is public, the rest is refused', async (t) => {
      const tap = await startJupyter(t, program, ['--NotebookApp.token=tok-a1b2c3']);

      await assertVerdict(tap, {
        ...jupyter,
        auth: 'guarded',
        operations: 'guarded, absent, guarded',
        schemes: ['bearer', 'cookie'],
        findings: ['medium plaintext-endpoint'],
      });
    }),
    t.test('with an empty token: anyone may run code', async (t) => {
      const tap = await startJupyter(t, program, ['--NotebookApp.token=', '--NotebookApp.password=']);

      await assertVerdict(tap, {
        ...jupyter,
        auth: 'open',
        operations: 'open, absent, open',
        findings: ['critical unauthenticated-endpoint'],
      });
    }),
  ]);
});

async function startDetector(t: TestContext, python: string, env: Readonly<Record<string, string>>): Promise<Tap> {
  const port = await freePort();
  const folder = fileURLToPath(new URL('../support/apps/', import.meta.url));
  const args = ['-B', '-m', 'uvicorn', '--app-dir', folder, '--host', '127.0.0.1', '--port', String(port)];
  await startServer(t, python, [...args, 'detector:app'], [port], env);
  return tapped(t, port);
}

test('a home-made model server on FastAPI', { concurrency: true }, async (t) => {
  const python = requirePython(t, ['fastapi', 'uvicorn']);
  if (python === null) return;
  const detector = { ...NOBODY, service: 'fastapi', version: '0.3.1', operations: 'unknown, unknown, absent' };
  const inference = (endpoint: { auth: { doors: readonly { class: string; reason?: string }[] } }): string =>
    endpoint.auth.doors.find((door) => door.class === 'inference')?.reason ?? '';

  await Promise.all([
    t.test('that asks for nothing: unknown, because only running the model would prove it', async (t) => {
      const tap = await startDetector(t, python, {});

      const { verdict, endpoint } = await scanPort(tap.port);

      assert.deepEqual(verdict, detector);
      assert.match(inference(endpoint), /declares no authentication at all/);
      await assertLawful(tap.received(), verdict.service);
    }),
    t.test('that asks for a token on the route of the model: as unknown', async (t) => {
      const tap = await startDetector(t, python, { GUARD: 'route' });

      const { verdict, endpoint } = await scanPort(tap.port);

      assert.deepEqual(verdict, detector);
      assert.match(inference(endpoint), /declares authentication/);
      await assertLawful(tap.received(), verdict.service);
    }),
    t.test('that lists its models to anyone', async (t) => {
      const tap = await startDetector(t, python, { LISTS: 'yes' });

      await assertVerdict(tap, {
        ...detector,
        auth: 'open',
        operations: 'open, unknown, absent',
        findings: ['high unauthenticated-endpoint'],
        exit: 1,
      });
    }),
    t.test('that asks for a token everywhere', async (t) => {
      const tap = await startDetector(t, python, { LISTS: 'yes', GUARD: 'app' });

      await assertVerdict(tap, {
        ...detector,
        auth: 'guarded',
        operations: 'guarded, unknown, absent',
        findings: ['medium plaintext-endpoint'],
        exit: 1,
      });
    }),
  ]);
});

/** bcrypt of `pw` at the lowest cost. */
const PASSWORD_HASH = '$2b$04$aaaaaaaaaaaaaaaaaaaaaOqgHHdKuqfi7AP.TwHblFR2ASFq1GtMe';

async function startPrometheus(t: TestContext, program: string, web: string): Promise<Tap> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const [config, webConfig] = [join(folder, 'prometheus.yml'), join(folder, 'web.yml')];
  writeFileSync(config, 'global: { scrape_interval: 1h }\n');
  writeFileSync(webConfig, web);
  const files = ['--config.file', config, '--web.config.file', webConfig, '--storage.tsdb.path', join(folder, 'data')];
  await startServer(t, program, [...files, '--web.listen-address', `127.0.0.1:${port}`], [port]);
  await untilReady(`http://127.0.0.1:${port}/-/ready`);
  return tapInto(t, port);
}

test('Prometheus', { concurrency: true }, async (t) => {
  const program = requireProgram(t, 'prometheus');
  if (program === null) return;
  const about = execFileSync(program, ['--version'], { encoding: 'utf8' });
  const version = /version (\d+\.\d+\.\d+)/.exec(about)?.[1] ?? about;

  await Promise.all([
    t.test('open', async (t) => {
      const tap = await startPrometheus(t, program, '');

      await assertVerdict(tap, {
        ...NOBODY,
        service: 'prometheus',
        version,
        auth: 'open',
        operations: 'open, absent, unknown',
        findings: ['high unauthenticated-endpoint', 'medium permissive-cross-origin'],
        exit: 1,
      });
    }),
    t.test('with a password it does not say who it is', async (t) => {
      const tap = await startPrometheus(t, program, `basic_auth_users: { admin: "${PASSWORD_HASH}" }\n`);

      await assertVerdict(tap, {
        ...NOBODY,
        auth: 'guarded',
        operations: 'guarded, guarded, guarded',
        schemes: ['basic'],
        findings: ['high basic-auth-over-plaintext'],
        exit: 1,
      });
    }),
  ]);
});

test('programs that are no AI service', { concurrency: true }, async (t) => {
  await Promise.all([
    t.test('nginx with the page it comes with', async (t) => {
      const nginx = requireProgram(t, 'nginx');
      if (nginx === null) return;
      const port = await freePort();
      const folder = temporaryFolder(t);
      const page = '<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body></body></html>';
      writeFileSync(join(folder, 'index.html'), page);
      const server = `server { listen 127.0.0.1:${port}; root ${folder}; }`;
      const http = `access_log off; client_body_temp_path ${folder}; ${server}`;
      writeFileSync(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/pid; events {} http { ${http} }`);
      await startServer(t, nginx, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], [port]);

      await assertVerdict(await tapInto(t, port), NOBODY);
    }),
    t.test('a folder served by Python', async (t) => {
      const python = requireProgram(t, 'python3');
      if (python === null) return;
      const port = await freePort();
      const folder = temporaryFolder(t);
      mkdirSync(join(folder, 'models'));
      writeFileSync(join(folder, 'README.md'), '# weights\n');
      const args = ['-m', 'http.server', '--bind', '127.0.0.1', '--directory', folder, String(port)];
      await startServer(t, python, args, [port]);

      await assertVerdict(await tapInto(t, port), NOBODY);
    }),
    t.test('Redis, which hangs up on HTTP', async (t) => {
      const redis = requireProgram(t, 'redis-server');
      if (redis === null) return;
      const port = await freePort();
      await startServer(t, redis, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], [port]);

      const { verdict, endpoint } = await scanPort(port, ['--response-timeout', '500ms']);

      assert.deepEqual(verdict, NOBODY);
      assert.equal(endpoint.speech, 'silent');
    }),
    t.test('an SSH server, which speaks first', async (t) => {
      const peer = await rawPeer(t, (socket) => {
        socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n');
        socket.once('data', () => socket.end('Invalid SSH identification string.\r\n'));
      });

      const { verdict, endpoint } = await scanPort(peer.port);

      assert.deepEqual(verdict, NOBODY);
      assert.equal(endpoint.speech, 'other');
      assert.equal(endpoint.requests, 1);
    }),
  ]);
});
