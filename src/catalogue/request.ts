import type { DeclaredRequest, HeaderLine, Method, ReadDepth, RequestKind, RequestSpec } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import { UsageError } from '../model/trouble.ts';

/** What a service file writes of a request. */
export interface WrittenRequest {
  readonly kind: RequestKind;
  readonly method: Method;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly read?: ReadDepth;
}

/** Sent as `Origin` to learn the CORS policy; `.invalid` never resolves (RFC 6761 §6.4). */
export const FOREIGN_ORIGIN = 'https://postern.invalid';
/** Sent as `Host` to learn whether foreign names are refused. */
export const FOREIGN_HOST = 'postern.invalid';

const READ_METHODS: readonly Method[] = ['GET', 'HEAD', 'OPTIONS'];

function brand(spec: RequestSpec): DeclaredRequest {
  const headers = Object.entries(spec.headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`)
    .join('\n');
  const lines = (spec.lines ?? []).map(([name, value]) => `${name}: ${value}`);
  const key = [spec.method, spec.path, headers, ...lines, spec.body ?? '', spec.read].join('\n');
  return { ...spec, key } as DeclaredRequest;
}

/**
 * The only way to a request that can be sent.
 * @throws UsageError when a `read` request uses a method that may change state.
 */
export function declareRequest(written: WrittenRequest): DeclaredRequest {
  if (written.kind === 'read' && !READ_METHODS.includes(written.method)) {
    throw new UsageError(`${written.method} ${written.path}: only GET, HEAD and OPTIONS may be declared here`);
  }
  return brand({
    kind: written.kind,
    method: written.method,
    path: written.path,
    headers: written.headers ?? {},
    read: written.read ?? 'body',
    ...(written.body === undefined ? {} : { body: written.body }),
  });
}

/** The control request: a path that no server has. `token` must be random for each run. */
export function controlRequest(token: string): DeclaredRequest {
  return brand({ kind: 'read', method: 'GET', path: `/postern-${token}`, headers: {}, read: 'body' });
}

/** The same request as a page of a foreign site would send it. */
export const withForeignOrigin = onceFor(
  (request: DeclaredRequest): DeclaredRequest =>
    brand({ ...request, headers: { ...request.headers, origin: FOREIGN_ORIGIN }, read: 'status-only' }),
);

/** The same request as it arrives after DNS rebinding. */
export const withForeignHost = onceFor(
  (request: DeclaredRequest): DeclaredRequest =>
    brand({ ...request, headers: { ...request.headers, host: FOREIGN_HOST } }),
);

/** A clean-up request with headers that the server gave. */
export function withHeaders(request: DeclaredRequest, headers: Readonly<Record<string, string>>): DeclaredRequest {
  return brand({ ...request, headers: { ...request.headers, ...headers } });
}

/** The same request with credentials, right or wrong, or with none: what `postern verify` varies. */
export function withLines(request: DeclaredRequest, lines: readonly HeaderLine[]): DeclaredRequest {
  return lines.length === 0 ? request : brand({ ...request, lines });
}

/** `METHOD /path` as printed and as held against never-lists. */
export function operationOf(request: RequestSpec): string {
  return `${request.method} ${request.path}`;
}

/** The same request below a base path at which a proxy may publish the service. */
export function below(request: DeclaredRequest, mount: string): DeclaredRequest {
  return mount === '' ? request : brand({ ...request, path: mount + request.path });
}
