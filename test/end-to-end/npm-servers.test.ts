import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { requireNpmServers } from '../support/npm-servers.ts';
import { freePort, startServer, temporaryFolder, untilReady } from '../support/running.ts';
import { assertLawful, scanPort, type Verdict } from '../support/scan.ts';
import { type Tap, tapInto } from '../support/tap.ts';

/*
 * AI servers from npm, started for real and scanned through the command line as if they stood on a LAN.
 */

const LOOPBACK_ONLY = {
  NODE_OPTIONS: `--require ${fileURLToPath(new URL('../support/loopback-only.cjs', import.meta.url))}`,
};
const EVERYTHING = '@modelcontextprotocol/server-everything/dist/index.js';
const KEY = 'k-123456';

interface Row {
  readonly what: string;
  /** Script below node_modules with its arguments; a port and a folder of its own are put in. */
  readonly start: (place: { port: number; folder: string; modules: string }) => readonly string[];
  readonly env?: (port: number) => Readonly<Record<string, string>>;
  readonly verdict: Verdict;
}

const OPEN = { auth: 'open', schemes: [], transport: 'plaintext', exit: 1 } as const;
const HIGH = ['high unauthenticated-endpoint', 'medium permissive-cross-origin'];

const ROWS: readonly Row[] = [
  {
    what: 'Chroma, which has no authentication',
    start: ({ port, folder }) => ['chromadb/dist/cli.mjs', 'run', '--path', folder, '--port', String(port)],
    verdict: {
      ...OPEN,
      service: 'chroma',
      version: '1.0.0',
      operations: 'open, absent, open',
      findings: ['critical unauthenticated-endpoint'],
    },
  },
  {
    what: 'an MCP server over streamable HTTP',
    start: () => [EVERYTHING, 'streamableHttp'],
    env: (port) => ({ ...LOOPBACK_ONLY, PORT: String(port) }),
    verdict: { ...OPEN, service: 'mcp', version: '2.0.0', operations: 'open, unknown, absent', findings: HIGH },
  },
  {
    what: 'an MCP server over the older SSE transport',
    start: () => [EVERYTHING, 'sse'],
    env: (port) => ({ ...LOOPBACK_ONLY, PORT: String(port) }),
    verdict: { ...OPEN, service: 'mcp', version: null, operations: 'open, unknown, absent', findings: HIGH },
  },
  {
    what: 'mcp-proxy without a key',
    start: ({ port, modules }) => mcpProxy(port, modules),
    verdict: { ...OPEN, service: 'mcp-proxy', version: '2.0.0', operations: 'open, unknown, absent', findings: HIGH },
  },
  {
    what: 'mcp-proxy with a key',
    start: ({ port, modules }) => mcpProxy(port, modules, '--apiKey', KEY),
    verdict: {
      service: 'mcp-proxy',
      version: null,
      auth: 'guarded',
      operations: 'guarded, unknown, absent',
      schemes: ['bearer', 'api-key'],
      transport: 'plaintext',
      findings: ['medium plaintext-endpoint'],
      exit: 1,
    },
  },
  {
    what: 'Portkey gateway',
    start: ({ port }) => ['@portkey-ai/gateway/build/start-server.js', `--port=${port}`],
    env: () => LOOPBACK_ONLY,
    verdict: {
      ...OPEN,
      service: 'portkey-gateway',
      version: null,
      operations: 'unknown, open, absent',
      findings: ['critical unauthenticated-endpoint'],
    },
  },
];

function mcpProxy(port: number, modules: string, ...options: readonly string[]): readonly string[] {
  const place = ['--host', '127.0.0.1', '--port', String(port), ...options];
  return ['mcp-proxy/dist/bin/mcp-proxy.mjs', ...place, '--', process.execPath, join(modules, EVERYTHING), 'stdio'];
}

async function startRow(t: TestContext, row: Row, modules: string): Promise<Tap> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const [script = '', ...args] = row.start({ port, folder, modules });
  await startServer(t, process.execPath, [join(modules, script), ...args], [port], {
    HOME: folder,
    ...row.env?.(port),
  });
  await untilReady(`http://127.0.0.1:${port}/`);
  return tapInto(t, port);
}

test('servers from npm', { concurrency: 2 }, async (t) => {
  const folder = requireNpmServers(t);
  if (folder === null) return;
  const modules = join(folder, 'node_modules');

  await Promise.all(
    ROWS.map((row) =>
      t.test(row.what, async (t) => {
        const tap = await startRow(t, row, modules);

        const { verdict, endpoint } = await scanPort(tap.port);

        assert.deepEqual(verdict, row.verdict, JSON.stringify(endpoint, null, 1));
        await assertLawful(tap.received(), verdict.service);
        assert.equal(tap.received().length, endpoint.requests);
        assert.equal(tap.accepted(), endpoint.connections);
        assertSessionsEnded(tap);
      }),
    ),
  );
});

/** Every MCP session that a hello made was deleted again. */
function assertSessionsEnded(tap: Tap): void {
  const hellos = tap.received().filter(({ body }) => body.includes('"method":"initialize"'));
  const deleted = tap.received().filter(({ method }) => method === 'DELETE');
  assert.equal(deleted.length, hellos.length);
  for (const { headers } of deleted) assert.match(String(headers['mcp-session-id']), /^[0-9a-f-]{36}$/);
}
