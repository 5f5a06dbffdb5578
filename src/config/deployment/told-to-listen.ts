import { reachOf } from '../services/address.ts';
import { programName } from '../services/argument.ts';
import { unwrapCommand } from '../services/unwrap.ts';
import type { DeclaredProcess, Variable } from './declarations.ts';
import { known, type Value } from './value.ts';

/**
 * A program of one's own, on the machine itself, that is told by variables to speak MCP over HTTP on every address: those
 * of FastMCP (https://gofastmcp.com/more/settings), and those that servers made with it read by custom.
 */
export function toldToListen(process: DeclaredProcess): DeclaredProcess {
  const { image, build, network, listeners, environment } = process;
  if (image || build || network.kind !== 'host' || listeners.length > 0 || !runsOwnCode(process)) return process;
  const transport = known(last(environment, 'FASTMCP_TRANSPORT', 'MCP_TRANSPORT')?.value);
  const overHttp = transport !== undefined && /^(?:sse|https?|streamable[-_]?http)$/i.test(transport);
  const host = last(environment, 'FASTMCP_HOST', ...(overHttp ? ['MCP_HOST'] : []));
  const address = known(host?.value);
  if (!host || address === undefined || reachOf(address) !== 'all' || transport === 'stdio') return process;
  const port: Value | null = last(environment, 'FASTMCP_PORT', 'MCP_PORT')?.value ?? null;
  const { value } = host;
  const listener = { address: value, port, tls: 'off', auth: 'unknown', span: value.span } as const;
  return { ...process, listeners: [{ ...listener, what: 'MCP server', service: 'mcp' }] };
}

function last(environment: readonly Variable[], ...names: readonly string[]): Variable | undefined {
  return environment.findLast(({ name }) => names.includes(name));
}

/** `python server.py`, `node server.js`, `uv run server.py`: a script, by whatever starts it. */
function runsOwnCode({ argv }: DeclaredProcess): boolean {
  const words =
    unwrapCommand(argv ?? [])
      .at(-1)
      ?.argv.map(({ text }) => text) ?? [];
  const [program = '', script = ''] = words;
  return /^(?:python[\d.]*|node|bun)$/.test(programName(program)) && /\.(?:py|[cm]?[jt]s)$/.test(script);
}
