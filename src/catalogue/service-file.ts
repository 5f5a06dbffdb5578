import type { AuthScheme, OperationClass } from '../model/auth.ts';
import { OPERATION_CLASSES } from '../model/auth.ts';
import type { Condition } from '../model/endpoint.ts';
import type { DeclaredRequest, Method, ReadDepth } from '../model/exchange.ts';
import type { Predicate } from '../model/rule.ts';
import type {
  Advisory,
  ConditionSign,
  Identifier,
  OperationProbe,
  ProtocolProbe,
  Service,
  ServiceGroup,
  ServiceKind,
  ServicePort,
  Sign,
  SilentOperation,
  VersionSource,
} from '../model/service.ts';
import { UsageError } from '../model/trouble.ts';
import type { WrittenDeploy } from './deploy-file.ts';
import { matchSchema, predicate, type WrittenMatch } from './predicate.ts';
import { declareRequest } from './request.ts';
import { readVerify, type WrittenVerify } from './verify-section.ts';

/*
 * A service file as written (rules/schema/service.schema.json has already been held against it)
 * becomes a `Service`: requests declared, shorthand desugared, defaults filled in.
 */

interface WrittenRequestEntry {
  readonly get?: string;
  readonly head?: string;
  readonly options?: string;
  readonly control?: true;
  readonly protocol?: string;
  readonly gate?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly read?: ReadDepth;
}

interface WrittenSign extends WrittenRequestEntry {
  readonly match: WrittenMatch;
}

interface WrittenIdentifier extends WrittenRequestEntry {
  readonly match?: WrittenMatch;
  readonly all?: readonly WrittenSign[];
  readonly weight: number;
  readonly lead?: true;
}

interface WrittenOperation extends WrittenRequestEntry {
  readonly never?: string;
  readonly open?: WrittenMatch | readonly WrittenMatch[];
  readonly guarded?: WrittenMatch | readonly WrittenMatch[];
  readonly unknown?: readonly { readonly match: WrittenMatch; readonly reason: string }[];
  readonly side?: boolean;
  readonly 'direct-only'?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly 'stands-for'?: readonly string[];
  readonly reveals?: string;
  readonly source?: string;
}

interface WrittenProtocol {
  readonly id: string;
  readonly post: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
  readonly read?: ReadDepth;
  readonly after: readonly WrittenSign[];
  readonly cleanup?: {
    readonly delete: string;
    readonly headers?: Record<string, string>;
    readonly 'copy-headers': readonly string[];
  };
}

export interface WrittenService {
  readonly id: string;
  readonly name: string;
  readonly kind: ServiceKind;
  readonly groups: readonly ServiceGroup[];
  readonly summary: string;
  readonly ports: readonly (
    | number
    | { readonly port: number; readonly role?: ServicePort['role']; readonly tls?: boolean }
  )[];
  readonly mounts?: readonly string[];
  readonly 'unknown-path'?: WrittenMatch | readonly WrittenMatch[];
  readonly identify: readonly WrittenIdentifier[];
  readonly 'loses-to'?: readonly string[];
  readonly loading?: WrittenMatch | readonly WrittenMatch[];
  readonly conditions?: readonly (WrittenSign & { readonly condition: Condition })[];
  readonly version?: readonly (WrittenRequestEntry & {
    readonly json?: string;
    readonly header?: string;
    readonly pattern?: string;
  })[];
  readonly operations: Readonly<Record<OperationClass, 'absent' | readonly WrittenOperation[]>>;
  readonly protocol?: readonly WrittenProtocol[];
  readonly never: readonly string[];
  readonly auth: {
    readonly builtin: Service['auth']['builtin'];
    readonly schemes?: readonly AuthScheme[];
    readonly refusal?: WrittenMatch | readonly WrittenMatch[];
    readonly notes?: readonly string[];
  };
  readonly cors?: { readonly get?: string; readonly default: string };
  readonly 'host-check'?: { readonly get?: string; readonly default: string };
  readonly verify?: WrittenVerify;
  readonly deploy?: WrittenDeploy;
  readonly advisories?: readonly (Omit<Advisory, 'fixed'> & { readonly fixed?: string | null })[];
  readonly fix: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
}

/** What counts as a refusal unless a file says otherwise (RFC 9110 §15.5.2, §15.5.4). */
const REFUSED: WrittenMatch = { status: [401, 403] };

function match(written: WrittenMatch): Predicate {
  return predicate(matchSchema(written));
}

function matches(written: WrittenMatch | readonly WrittenMatch[] | undefined): Predicate[] {
  if (written === undefined) return [];
  return (Array.isArray(written) ? written : [written]).map(match);
}

/** @throws UsageError on contradictions that a schema cannot say. */
export function readService(written: WrittenService): Service {
  const protocol = new Map<string, ProtocolProbe>();
  const request = (entry: WrittenRequestEntry): DeclaredRequest | null => readRequest(entry, written.id, protocol);
  const sign = (entry: WrittenSign): Sign => ({ request: request(entry), match: match(entry.match) });

  for (const probe of written.protocol ?? []) {
    const headers = probe.headers ?? {};
    protocol.set(probe.id, {
      id: probe.id,
      request: declareRequest({
        kind: 'protocol',
        method: 'POST',
        path: probe.post,
        headers,
        body: probe.body,
        read: probe.read ?? 'body',
      }),
      after: probe.after.map(sign),
      cleanup: probe.cleanup
        ? {
            request: declareRequest({
              kind: 'protocol',
              method: 'DELETE',
              path: probe.cleanup.delete,
              headers: probe.cleanup.headers ?? {},
              read: 'status-only',
            }),
            copyHeaders: probe.cleanup['copy-headers'],
          }
        : null,
    });
  }

  const identify = written.identify.map((entry): Identifier => {
    const { weight, lead = false } = entry;
    if (entry.all) return { signs: entry.all.map(sign), weight, lead };
    if (!entry.match) throw new UsageError('identify: an entry needs `match` or `all`');
    return { signs: [sign(entry as WrittenSign)], weight, lead };
  });

  const operations = OPERATION_CLASSES.flatMap((kind) => readOperations(kind, written.operations[kind], request));
  return {
    id: written.id,
    name: written.name,
    kind: written.kind,
    groups: written.groups,
    summary: written.summary,
    ports: written.ports.map((port) =>
      typeof port === 'number'
        ? { port, role: 'api', tls: false }
        : { port: port.port, role: port.role ?? 'api', tls: port.tls ?? false },
    ),
    mounts: written.mounts ?? [],
    unknownPath: matches(written['unknown-path']),
    identify,
    losesTo: written['loses-to'] ?? [],
    loading: matches(written.loading),
    conditions: (written.conditions ?? []).map(
      (entry): ConditionSign => ({ ...sign(entry), condition: entry.condition }),
    ),
    version: (written.version ?? []).map((entry): VersionSource => {
      const { json, header, pattern } = entry;
      return {
        request: request(entry),
        ...(json === undefined ? {} : { json }),
        ...(header ? { header } : {}),
        ...(pattern ? { pattern } : {}),
      };
    }),
    operations,
    silent: OPERATION_CLASSES.flatMap((kind) => readSilent(kind, written.operations[kind])),
    protocol: [...protocol.values()],
    never: written.never,
    auth: {
      builtin: written.auth.builtin,
      schemes: written.auth.schemes ?? [],
      refusal: matches(written.auth.refusal),
      notes: written.auth.notes ?? [],
    },
    cors: readVariant(written.cors),
    hostCheck: readVariant(written['host-check']),
    verify: readVerify(written.verify, operations, written.never, written.auth.builtin),
    advisories: (written.advisories ?? []).map((advisory) => ({ ...advisory, fixed: advisory.fixed ?? null })),
    fix: written.fix,
    sources: written.sources,
  };
}

function readRequest(
  entry: WrittenRequestEntry,
  service: string,
  protocol: ReadonlyMap<string, ProtocolProbe>,
): DeclaredRequest | null {
  if (entry.control) return null;
  if (entry.protocol !== undefined) {
    const probe = protocol.get(entry.protocol);
    if (!probe) throw new UsageError(`protocol: ${service} declares no probe named '${entry.protocol}'`);
    return probe.request;
  }
  const extras = {
    headers: entry.headers ?? {},
    ...(entry.body === undefined ? {} : { body: entry.body }),
    ...(entry.read ? { read: entry.read } : {}),
  };
  if (entry.gate !== undefined) {
    const [method, path] = entry.gate.split(' ', 2) as [Method, string];
    return declareRequest({ kind: 'gate', method, path, ...extras });
  }
  for (const [method, path] of [
    ['GET', entry.get],
    ['HEAD', entry.head],
    ['OPTIONS', entry.options],
  ] as const) {
    if (path !== undefined) return declareRequest({ kind: 'read', method, path, ...extras });
  }
  throw new UsageError('a request is missing: write one of get, head, options, gate, protocol or `control: true`');
}

function readOperations(
  kind: OperationClass,
  written: 'absent' | readonly WrittenOperation[],
  request: (entry: WrittenRequestEntry) => DeclaredRequest | null,
): OperationProbe[] {
  if (written === 'absent') return [];
  return written
    .filter((entry) => entry.never === undefined)
    .map((entry): OperationProbe => {
      if (entry.open === undefined)
        throw new UsageError(`operations.${kind}: a request needs \`open\`, what an open door answers`);
      return {
        class: kind,
        request: request(entry),
        open: matches(entry.open),
        guarded: matches(entry.guarded ?? REFUSED),
        unknown: (entry.unknown ?? []).map((item) => ({ match: match(item.match), reason: item.reason })),
        side: entry.side ?? false,
        directOnly: entry['direct-only'] ?? false,
        standsFor: entry['stands-for'] ?? [],
        ...(entry.since ? { since: entry.since } : {}),
        ...(entry.until ? { until: entry.until } : {}),
        ...(entry.reveals ? { reveals: entry.reveals } : {}),
        ...(entry.source ? { source: entry.source } : {}),
      };
    });
}

function readSilent(kind: OperationClass, written: 'absent' | readonly WrittenOperation[]): SilentOperation[] {
  if (written === 'absent') return [];
  return written.flatMap((entry) =>
    entry.never === undefined
      ? []
      : [{ class: kind, operation: entry.never, ...(entry.reveals ? { reveals: entry.reveals } : {}) }],
  );
}

function readVariant(written: { readonly get?: string; readonly default: string } | undefined): Service['cors'] {
  if (written?.get === undefined) return null;
  return { request: declareRequest({ kind: 'read', method: 'GET', path: written.get }), default: written.default };
}
