import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { nodeNetwork } from '../../src/system/node-network.ts';
import { answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { portOf } from '../support/http-peer.ts';
import { diverted, ENV, KEY, lockedOllama, WITH_KEY } from '../support/locked-ollama.ts';
import { temporaryFolder } from '../support/running.ts';
import { assertAbsent, bearer, gated, UNAUTHORIZED, verify } from '../support/verify.ts';

/*
 * How much is sent, how fast, and what is refused before anything is.
 */

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
  [
    'a header for user and password',
    ['--basic-env', 'B', '--key-header', 'X-Key'],
    { B: 'user:password' },
    /--key-header and --key-scheme: of no use with --basic-env/,
  ],
  [
    'a header without a name',
    ['--key-env', 'AI_KEY', '--key-header', ''],
    {},
    /--key-header and --key-scheme: expected/,
  ],
  ['a pin and nothing to send', ['--pin', '00'.repeat(32)], {}, /--pin: of no use without a credential/],
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

test('options that commands share: thresholds, where else it is written, who is left alone', async (t) => {
  const server = await gated(t, answersOf('llama-server/open.http'), ({ path }) => path === '/v1/models');
  const url = `http://127.0.0.1:${server.port}/`;
  const saved = join(temporaryFolder(t), 'verify.xml');
  const line = ['verify', url, '--pace', '0', '--neighbours', 'none', '--no-config'];

  const plain = await postern(line);
  const milder = await postern([...line, '--fail-on', 'critical', '--output', `junit=${saved}`]);
  const strict = await postern([...line, '--fail-on', 'critical', '--strict']);
  const sent = server.received.length;
  const excluded = await postern([...line, '--exclude', '127.0.0.0/8']);

  assert.deepEqual([plain.code, milder.code, strict.code], [1, 0, 3]);
  assert.match(readFileSync(saved, 'utf8'), /<testcase [^>]*postern\.verify/);
  assert.equal(excluded.code, 2, excluded.err);
  assert.equal(server.received.length, sent, 'what is excluded is not asked');
});

test('a public address that was allowed, judged as if it were near', async (t) => {
  const server = await gated(t, answersOf('ollama/open.http'), () => true);
  const names = diverted({ 'ai.example': ['8.8.8.8'] });

  const { result } = await verify(
    `http://ai.example:${server.port}/`,
    ['--allow-public', '8.8.8.0/24', '--no-config'],
    {},
    names,
  );
  const near = await verify(`http://127.0.0.1:${server.port}/`, ['--assume-reach', 'lan', '--no-config']);

  assert.equal(result.endpoints[0]?.reach, 'public');
  assert.equal(near.result.endpoints[0]?.reach, 'lan');
});

test('a server that takes connections and says nothing is waited for no longer than was said', async (t) => {
  const waits: number[] = [];
  const server = createTcpServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const network = async () => ({
    ...nodeNetwork,
    open: (...args: Parameters<typeof nodeNetwork.open>) => {
      const { connectTimeoutMs, responseTimeoutMs } = args[3].limits;
      waits.push(connectTimeoutMs, responseTimeoutMs);
      return nodeNetwork.open(...args);
    },
  });

  const line = ['--timeout', '110ms', '--response-timeout', '120ms', '--no-config'];
  const { code } = await verify(`http://127.0.0.1:${portOf(server)}/`, line, {}, { network });

  assert.equal(code, 3);
  assert.deepEqual([...new Set(waits)], [110, 120]);
});

test('nobody listens: nothing was examined', async () => {
  const { code, result } = await verify('http://127.0.0.1:1/', WITH_KEY, ENV);

  assert.equal(code, 3);
  assert.equal(result.troubles[0]?.kind, 'not-examined');
});
