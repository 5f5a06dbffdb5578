import { bareProcess, type Collector } from '../../deployment/collector.ts';
import type { GateState, StatedListener } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import type { NodeCall, NodeSource, Stretch } from './source.ts';

const AUTH =
  /\b(passport|express-basic-auth|basicAuth|jsonwebtoken|express-jwt|jwt\.verify|requireAuth|requireBearerAuth|verifyToken|authMiddleware|authenticate\w*|isAuthenticated|checkApiKey|verifyApiKey|apiKeyAuth|clerkMiddleware|next-auth|bearerAuth|timingSafeEqual|betterAuth|lucia)\b|headers(\.|\[["'])authorization|["']x-api-key["']|\.header\(\s*["']authorization/i;

/** Servers that listen: `.listen(…)` of http, express, fastify and koa, `Bun.serve`, `Deno.serve`, hono's `serve`. */
export function addServers(source: NodeSource, file: string, example: boolean, out: Collector): void {
  const found = [...listening(source), ...serving(source)];
  const mcp = /["']@modelcontextprotocol\/sdk/.test(source.text);
  const auth: GateState = AUTH.test(source.code) || AUTH.test(withoutComments(source)) ? 'unknown' : 'off';
  for (const [index, listener] of found.slice(0, 20).entries()) {
    out.processes.push({
      ...bareProcess(`${file}#node${index === 0 ? '' : `-${index + 1}`}`, 'node', listener.span),
      listeners: [{ ...listener, auth, service: mcp ? 'mcp' : null }],
      example,
    });
  }
}

type Found = Omit<StatedListener, 'auth' | 'service'>;

function listening(source: NodeSource): Found[] {
  const secure = source.calls(/\b(?:https|http2|spdy|tls)\.(?:createServer|createSecureServer)/).length > 0;
  return source.calls(/\.listen/).flatMap((call): Found[] => {
    if (/^(window|document|process|socket|emitter|bus|router|history|ipc\w*|events?)$/.test(ownerOf(source, call)))
      return [];
    const [first, second] = call.arguments;
    const what = 'Node server';
    const span = source.span({ from: call.at, to: call.end });
    const tls = secure ? 'on' : 'off';
    if (!first) return [];
    const options = source.properties(first);
    if (options.size > 0) {
      if (options.has('path')) return [];
      const port = options.get('port');
      return [
        {
          what,
          span,
          tls,
          port: port ? source.value(port) : null,
          address: addressOf(source, options.get('host') ?? options.get('hostname'), call),
        },
      ];
    }
    if (/^(\(|async\b|function\b|\w+\s*=>)/.test(source.slice(first))) return [];
    const port = source.value(first);
    if (port.kind !== 'unresolved' && !/^\d+$/.test(port.text)) return [];
    const isHost =
      second && !/^(\(|async\b|function\b|\w+\s*=>|\w*callback|done|resolve|cb$|\d)/i.test(source.slice(second));
    return [{ what, span, tls, port, address: addressOf(source, isHost ? second : undefined, call) }];
  });
}

function serving(source: NodeSource): Found[] {
  const honoServe = /from\s+["']@hono\/node-server["']/.test(source.text);
  const pattern = honoServe ? /\b(?:Bun\.|Deno\.)?serve/ : /\b(?:Bun|Deno)\.serve/;
  return source.calls(pattern).flatMap((call): Found[] => {
    const options = call.arguments.map((argument) => source.properties(argument)).find((one) => one.size > 0);
    if (!options) return [];
    const port = options.get('port');
    const tls = options.has('tls') || (options.has('key') && options.has('cert')) ? 'on' : 'off';
    return [
      {
        what: `${call.name.replace(/\.serve$/, '')} server`,
        span: source.span({ from: call.at, to: call.end }),
        tls,
        port: port ? source.value(port) : null,
        address: addressOf(source, options.get('hostname') ?? options.get('host'), call),
      },
    ];
  });
}

/** Without a host Node listens on every address (`server.listen` of node:net: `::`, or `0.0.0.0` without IPv6). */
function addressOf(source: NodeSource, host: Stretch | undefined, call: NodeCall): Value {
  if (host) {
    const value = source.value(host);
    if (value.text !== 'undefined' && value.text !== 'null') return value;
  }
  return { kind: 'default', text: '::', span: source.span({ from: call.at, to: call.nameEnd }), via: [] };
}

function ownerOf(source: NodeSource, call: NodeCall): string {
  return /([\w$]+)\s*$/.exec(source.code.slice(Math.max(0, call.at - 60), call.at))?.[1] ?? '';
}

/** The text where the code is more than blanks, strings kept: signs may be names of packages. */
function withoutComments(source: NodeSource): string {
  return source.text
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\*)/.test(line))
    .join('\n');
}
