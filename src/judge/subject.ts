import { type Door, OPERATION_CLASSES, type OperationClass } from '../model/auth.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Reach } from '../model/target.ts';

/** What rules and messages see of a subject: plain values, and nothing where nothing is known. */
export type Subject = Readonly<Record<string, unknown>>;

/** `unknown` and null are left out, so that a rule which needs them is undecided instead of passed. */
export function endpointSubject(endpoint: Endpoint): Subject {
  const { auth, service } = endpoint;
  const opened = auth.doors.filter((door) => door.state === 'open' && door.class !== 'identity');
  return withoutUnknown({
    origin: endpoint.origin,
    place: `${bracketed(endpoint.host ?? endpoint.address ?? '?')}:${endpoint.port ?? '?'}`,
    reach: endpoint.reach,
    transport: endpoint.transport,
    service: service ? withoutUnknown({ ...service }) : undefined,
    name: service?.name ?? 'A service',
    auth: withoutUnknown({
      overall: auth.overall,
      operations: withoutUnknown({ ...auth.operations }),
      schemes: auth.schemes,
    }),
    cors: endpoint.cors,
    hostCheck: endpoint.hostCheck,
    conditions: endpoint.conditions,
    advisories:
      service && service.version === null && endpoint.advisories.length === 0 ? undefined : endpoint.advisories,
    audience: AUDIENCE[endpoint.reach],
    opens: list(
      OPERATION_CLASSES.filter((kind) => opened.some((door) => door.class === kind)).map((kind) => DEED[kind]),
    ),
    doors: list([...new Set(opened.map(doorName))]),
    reveals: list([...new Set(opened.flatMap((door) => door.reveals ?? []))]) || undefined,
    flaws: list(endpoint.advisories.map(({ id, fixed }) => (fixed ? `${id} (fixed in ${fixed})` : id))),
  });
}

/** An operation that was read is named itself; one that was only knocked at is named by what it stands for. */
function doorName(door: Door): string {
  const wasRead = door.request.startsWith('GET ') && door.status === 200;
  return wasRead ? door.request : (door.standsFor[0] ?? door.request);
}

/** Who can reach it, as messages say it. */
const AUDIENCE = {
  loopback: 'this machine',
  container: 'the container network',
  host: 'this host',
  lan: 'the local network',
  public: 'the internet',
  unknown: 'the network',
} as const satisfies Record<Reach, string>;

/** What an open class lets one do. */
const DEED = {
  identity: 'identify it',
  inventory: 'read its inventory',
  inference: 'run inference',
  admin: 'administer it',
} as const satisfies Record<OperationClass, string>;

export function withoutUnknown(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== 'unknown'),
  );
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** `a, b and c`, or `a, with b; c` where an item is itself a list. */
function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  if (items.some((item) => /,| and /.test(item))) return items.join('; ');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Fills `{dotted.field}` from the subject; an unknown field reads as `unknown`. */
export function fillMessage(template: string, subject: Subject): string {
  return template.replace(/\{([a-zA-Z.]+)\}/g, (_all, path: string) => {
    const value = path.split('.').reduce<unknown>((at, step) => (at as Subject | undefined)?.[step], subject);
    return value === undefined ? 'unknown' : String(value);
  });
}
