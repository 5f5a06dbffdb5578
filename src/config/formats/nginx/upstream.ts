import type { ProxyRoute } from '../../deployment/declarations.ts';
import { unresolved, type Value } from '../../deployment/value.ts';
import { authority, type Placed, part } from '../../source/placed.ts';
import { type Scope, setting } from './scope.ts';
import type { Directive } from './syntax.ts';
import { valueAt } from './values.ts';
import type { World } from './variables.ts';

type Upstream = ProxyRoute['upstream'];
type Scheme = Upstream['scheme'];

/** Directives that send a request on, and what they speak when no scheme is written. */
export const PASSES: Readonly<Record<string, Scheme>> = {
  proxy_pass: 'http',
  grpc_pass: 'http',
  uwsgi_pass: 'unknown',
  fastcgi_pass: 'unknown',
  scgi_pass: 'unknown',
};

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['grpc', 'http'],
  ['grpcs', 'https'],
]);

/** Where a `proxy_pass` leads; null when it names nothing. */
export function upstreamOf(pass: Directive, scope: Scope, world: World, layer: 'http' | 'stream'): Upstream | null {
  const [url] = pass.args;
  if (!url) return null;
  const resolved = valueAt(url, scope);
  // What a variable holds is split where it is used, and keeps the place where it is used.
  const placed: Placed = resolved.kind === 'unresolved' ? url : { text: resolved.text, span: url.span };
  const [prefix = '', name = ''] = /^([a-z]+):\/\//i.exec(placed.text) ?? [];
  const scheme =
    layer === 'stream'
      ? 'tcp'
      : (SCHEMES.get(name.toLowerCase()) ?? (prefix ? 'unknown' : (PASSES[pass.name] ?? 'unknown')));
  const target = part(placed, prefix.length, targetEnd(placed.text, prefix.length));
  const pool = world.upstreams.get(target.text);
  const defaultPort = scheme === 'https' ? '443' : '80';
  const targets = pool
    ? (pool.block ?? []).flatMap(({ name: called, args: [server] }) =>
        called === 'server' && server ? [member(server, null, layer === 'stream' ? null : '80', [target.span])] : [],
      )
    : [member(target, scope, layer === 'stream' ? null : defaultPort, resolved.via)];
  return { scheme, targets, verify: verification(scheme, scope, url), span: url.span };
}

/** Before the path; `unix:/path:` ends at its second colon. */
function targetEnd(text: string, start: number): number {
  if (text.startsWith('unix:', start)) {
    const colon = text.indexOf(':', start + 5);
    return colon === -1 ? text.length : colon;
  }
  const slash = text.indexOf('/', start);
  return slash === -1 ? text.length : slash;
}

function member(
  server: Placed,
  scope: Scope | null,
  defaultPort: string | null,
  via: Value['via'],
): { readonly host: Value; readonly port: Value | null } {
  const through = (value: Value): Value => ({ ...value, via: [...value.via, ...via] });
  if (server.text.startsWith('unix:')) return { host: through(valueAt(server, scope)), port: null };
  const { host, port } = /^\$\{?\w+\}?$/.test(server.text) ? { host: server, port: null } : authority(server);
  const fallback: Value | null =
    defaultPort === null ? null : { kind: 'default', text: defaultPort, span: server.span, via };
  return {
    host: host ? through(valueAt(host, scope)) : unresolved(server.text, server.span, 'names no host'),
    port: port ? through(valueAt(port, scope)) : server.text.includes('$') ? null : fallback,
  };
}

/** nginx does not verify upstreams unless told to (proxy_ssl_verify is off by default). */
function verification(scheme: Scheme, scope: Scope, url: Placed): Upstream['verify'] {
  if (scheme !== 'https') return null;
  const directive = setting(scope, 'proxy_ssl_verify') ?? setting(scope, 'grpc_ssl_verify');
  const value = directive?.args[0];
  if (!value) return { on: false, span: url.span, stated: false };
  return { on: value.text.toLowerCase() === 'on', span: value.span, stated: true };
}
