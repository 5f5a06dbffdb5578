import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startNginx } from '../support/front.ts';
import { requireNpmServers } from '../support/npm-servers.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, freePorts, startServer, untilReady } from '../support/running.ts';
import { type Tap, tapInto } from '../support/tap.ts';
import { assertHarmless, secretFile, verify } from '../support/verify.ts';

/*
 * Servers from npm with and without their lock, started for real. What was sent is read from the wire.
 */

const KEY = 'key-of-the-owner-0123456789';
const PASSWORD = 'correct horse battery';

async function startMcpProxy(t: TestContext, modules: string, ...lock: readonly string[]): Promise<number> {
  const port = await freePort();
  const everything = join(modules, '@modelcontextprotocol/server-everything/dist/index.js');
  const place = ['--host', '127.0.0.1', '--port', String(port), ...lock];
  const script = join(modules, 'mcp-proxy/dist/bin/mcp-proxy.mjs');
  await startServer(t, process.execPath, [script, ...place, '--', process.execPath, everything, 'stdio'], [port]);
  await untilReady(`http://127.0.0.1:${port}/`);
  return port;
}

test('mcp-proxy', async (t) => {
  const folder = requireNpmServers(t);
  if (folder === null) return;
  const modules = join(folder, 'node_modules');

  await t.test('with a key in a header of its own: proved', async (t) => {
    const tap = await tapInto(t, await startMcpProxy(t, modules, '--apiKey', KEY));

    const { code, rules, rows } = await verify(`http://127.0.0.1:${tap.port}/`, ['--key-env', 'K'], { K: KEY });

    assert.deepEqual(rules, []);
    assert.equal(code, 0, JSON.stringify(rows, null, 1));
    assert.ok(rows.some(({ check, got }) => check === 'right-credential' && got === 'accepted'));
    const carriers = tap.received().filter(({ headers }) => headers['x-api-key'] === KEY);
    assert.ok(carriers.length > 0 && carriers.every(({ headers }) => headers.authorization === undefined));
    assertSessionsEnded(tap);
    await assertHarmless(tap.received());
  });

  await t.test('without one: open, and the key that was meant for it proves nothing', async (t) => {
    const tap = await tapInto(t, await startMcpProxy(t, modules));

    const { code, rules, broken } = await verify(`http://127.0.0.1:${tap.port}/`, ['--key-env', 'K'], { K: KEY });

    assert.equal(code, 1);
    assert.deepEqual(rules, ['unrefused-anonymous-request']);
    assert.deepEqual([...new Set(broken.map((row) => row.split(' ')[0]))], ['anonymous']);
    assertSessionsEnded(tap);
    await assertHarmless(tap.received());
  });
});

test('MCP tools behind a bearer that nginx asks for', async (t) => {
  const nginx = requireProgram(t, 'nginx');
  const folder = requireNpmServers(t);
  if (nginx === null || folder === null) return;
  const behind = await startMcpProxy(t, join(folder, 'node_modules'));
  const [everywhere = 0, besides = 0] = await freePorts(2);
  const locked = `if ($allowed = 0) { add_header WWW-Authenticate Bearer always; return 401; }`;
  const inside = `proxy_pass http://127.0.0.1:${behind}; proxy_buffering off;`;
  const guarded = `location / { ${locked} ${inside} }`;
  await startNginx(
    t,
    nginx,
    [everywhere, besides],
    [
      `server { listen 127.0.0.1:${everywhere}; ${guarded} }`,
      `server { listen 127.0.0.1:${besides}; ${guarded} location = /mcp { ${inside} } }`,
    ],
    [`map $http_authorization $allowed { default 0; "~^Bearer ${KEY}$" 1; }`],
  );
  const bearer = ['--token-file', secretFile(t, KEY)];

  await t.test('proved by the hello that lists them', async (t) => {
    const tap = await tapInto(t, everywhere);

    const { code, rules, rows, broken, result } = await verify(`http://127.0.0.1:${tap.port}/`, bearer);

    assert.deepEqual(rules, [], JSON.stringify(broken, null, 1));
    assert.equal(code, 0, JSON.stringify(rows, null, 1));
    assert.equal(result.endpoints[0]?.service?.id, 'mcp-proxy');
    const tools = rows.filter(({ request, verdict }) => request === 'POST /mcp' && verdict === 'held');
    assert.deepEqual(
      tools.map(({ check }) => check),
      ['anonymous', 'right-credential', 'wrong-credential'],
    );
    assertSessionsEnded(tap);
    await assertHarmless(tap.received());
  });

  await t.test('a hello that needs no token is found, and what it made is undone', async (t) => {
    const tap = await tapInto(t, besides);

    const { code, rules, broken } = await verify(`http://127.0.0.1:${tap.port}/`, bearer);

    assert.equal(code, 1);
    assert.deepEqual(rules, ['unrefused-anonymous-request']);
    assert.ok(broken.includes('anonymous POST /mcp: no credential'), JSON.stringify(broken));
    assertSessionsEnded(tap);
    await assertHarmless(tap.received());
  });
});

/** Sessions that a hello made are deleted again; everything else is harmless by itself. */
function assertSessionsEnded(tap: Tap): void {
  const hellos = tap.received().filter(({ body }) => body.includes('"method":"initialize"'));
  const deleted = tap.received().filter(({ method }) => method === 'DELETE');
  assert.ok(deleted.length <= hellos.length);
  assert.ok(tap.received().length <= 80);
}

async function startOpencode(t: TestContext, env: Readonly<Record<string, string>>): Promise<Tap | null> {
  const folder = requireNpmServers(t, 'npm-opencode');
  if (folder === null) return null;
  const program = join(folder, 'node_modules', `opencode-${process.platform}-${process.arch}`, 'bin', 'opencode');
  if (!existsSync(program)) {
    t.skip(`no opencode for ${process.platform} ${process.arch}`);
    return null;
  }
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'postern-test-'));
  const folders = {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_STATE_HOME: home,
  };
  await startServer(t, program, ['serve', '--hostname', '127.0.0.1', '--port', String(port)], [port], {
    ...folders,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    ...env,
  });
  // After the server has ended: it writes there to the last.
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  await untilReady(`http://127.0.0.1:${port}/`);
  return tapInto(t, port);
}

async function sessionsOf(tap: Tap, pair: string): Promise<unknown> {
  const headers = { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  return (await fetch(`http://127.0.0.1:${tap.port}/session`, { headers })).json();
}

test('opencode with its password: proved, and no session came of it', async (t) => {
  const tap = await startOpencode(t, { OPENCODE_SERVER_PASSWORD: PASSWORD });
  if (tap === null) return;
  const pair = `opencode:${PASSWORD}`;

  const { code, rules, rows, broken } = await verify(`http://127.0.0.1:${tap.port}/`, ['--basic-env', 'LOGIN'], {
    LOGIN: pair,
  });

  assert.deepEqual(rules, [], JSON.stringify(broken, null, 1));
  assert.equal(code, 0, JSON.stringify(rows, null, 1));
  const opened = rows.filter(({ check, verdict }) => check === 'right-credential' && verdict === 'held');
  assert.deepEqual([...new Set(opened.map(({ class: kind }) => kind))].sort(), ['admin', 'inference', 'inventory']);
  await assertHarmless(tap.received());
  assert.deepEqual(await sessionsOf(tap, pair), []);
});

test('opencode without one: every class is open, and no session came of it', async (t) => {
  const tap = await startOpencode(t, {});
  if (tap === null) return;

  const { code, rules, rows } = await verify(`http://127.0.0.1:${tap.port}/`, [], {});

  assert.equal(code, 1);
  assert.ok(rules.includes('unrefused-anonymous-request'));
  const open = rows.filter(({ check, verdict }) => check === 'anonymous' && verdict === 'broken');
  assert.deepEqual([...new Set(open.map(({ class: kind }) => kind))].sort(), ['admin', 'inference', 'inventory']);
  await assertHarmless(tap.received());
  assert.deepEqual(await sessionsOf(tap, 'nobody:nothing'), []);
});
