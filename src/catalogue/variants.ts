import type { DeclaredRequest } from '../model/exchange.ts';
import type { RequestVariant } from '../model/service.ts';
import type { VariantName } from '../model/variant.ts';
import { declareRequest, FOREIGN_HOST } from './request.ts';

/** Sent where a wrong key is called for. Never a guess: nobody has this key. */
export const WRONG_KEY = 'postern-wrong-key';

interface Shape {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Template = (path: string, query: readonly string[]) => Shape;

/** Where each was seen to matter is said in docs/commands/verify.md. */
const TEMPLATES = {
  'double-slash': (path) => ({ path: `/${path}` }),
  'trailing-slash': (path) => ({ path: onPath(path, (bare) => `${bare}/`) }),
  'dot-segment': (path) => ({ path: `/.${path}` }),
  'encoded-slash': (path) => ({ path: onPath(path, encodeLastSlash) }),
  'upper-case': (path) => ({ path: onPath(path, upperFirst) }),
  'forwarded-for': (path) => ({
    path,
    headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
  }),
  // CVE-2026-40575: a gate that exempts paths and takes the path from the client. Each header names a page, never a door.
  'forwarded-path': (path) => ({
    path,
    headers: { 'x-forwarded-uri': '/healthz', 'x-original-url': '/', 'x-rewrite-url': '/' },
  }),
  // A gate that chooses its policy by the host it is told of (traefik#2132).
  'forwarded-host': (path) => ({
    path,
    headers: { 'x-forwarded-host': FOREIGN_HOST, 'x-original-host': FOREIGN_HOST, 'x-forwarded-proto': 'https' },
  }),
  // A gate that lets preflights through and takes the method from the client, as one behind Traefik's ForwardAuth or nginx's
  // auth_request must (traefik#3424, oauth2-proxy#1549). The request stays a GET; who heeds the header answers an OPTIONS.
  'method-override': (path) => ({
    path,
    headers: { 'x-forwarded-method': 'OPTIONS', 'x-original-method': 'OPTIONS', 'x-http-method-override': 'OPTIONS' },
  }),
  'query-key': (path, query) => ({ path: withParameters(path, query) }),
  'foreign-host': (path) => ({ path, headers: { host: FOREIGN_HOST } }),
} as const satisfies Record<VariantName, Template>;

/** Variants of a GET, without those that come out as the request itself. */
export function variantsOf(
  request: DeclaredRequest,
  names: readonly VariantName[],
  query: readonly string[],
): RequestVariant[] {
  return names.flatMap((name): RequestVariant[] => {
    const shape: Shape = TEMPLATES[name](request.path, query);
    const headers = { ...request.headers, ...shape.headers };
    const variant = declareRequest({ kind: 'read', method: 'GET', path: shape.path, headers, read: request.read });
    return variant.key === request.key ? [] : [{ name, of: request.key, request: variant }];
  });
}

/** What a variant comes down to on a server that forgives much: held against never-lists. */
export function plainForm(request: DeclaredRequest): DeclaredRequest {
  const path = onPath(request.path, (bare) =>
    bare
      .replace(/%2f/gi, '/')
      .replace(/\/(\.?\/)+/g, '/')
      .replace(/(?!^)\/$/, ''),
  );
  return { ...request, path } as DeclaredRequest;
}

/** Applies to what stands before the query. */
function onPath(path: string, change: (bare: string) => string): string {
  const at = path.indexOf('?');
  return at < 0 ? change(path) : change(path.slice(0, at)) + path.slice(at);
}

/** `/v1/models` as `/v1%2Fmodels`; a path of one segment stays as it is. */
function encodeLastSlash(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? path : `${path.slice(0, at)}%2F${path.slice(at + 1)}`;
}

/** `/v1/models` as `/V1/models`: what is written in capitals already stays. */
function upperFirst(path: string): string {
  return path.replace(/^\/[^/]*/, (segment) => segment.toUpperCase());
}

function withParameters(path: string, query: readonly string[]): string {
  const added = query.map((name) => `${name}=${WRONG_KEY}`).join('&');
  if (added === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${added}`;
}
