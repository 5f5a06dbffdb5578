import { type AuthVerdict, type Door, OPERATION_CLASSES, type OperationClass } from '../model/auth.ts';
import type { Endpoint, ServiceIdentity } from '../model/endpoint.ts';
import { onceFor } from '../model/once-for.ts';
import type { Reach } from '../model/target.ts';

/** What rules and messages see of a subject: plain values, and nothing where nothing is known. */
export type Subject = Readonly<Record<string, unknown>>;

/** `unknown` and null are left out, so that a rule which needs them is undecided instead of passed. */
export function endpointSubject(endpoint: Endpoint): Subject {
  const { auth, service, advisories } = endpoint;
  return withoutUnknown({
    origin: endpoint.origin,
    place: `${bracketed(endpoint.host ?? endpoint.address ?? '?')}:${endpoint.port ?? '?'}`,
    reach: endpoint.reach,
    transport: endpoint.transport,
    service: service ? serviceSubject(service) : undefined,
    name: service?.name ?? 'A service',
    cors: endpoint.cors,
    hostCheck: endpoint.hostCheck,
    conditions: endpoint.conditions,
    advisories: service && service.version === null && advisories.length === 0 ? undefined : advisories,
    audience: AUDIENCE[endpoint.reach],
    ...authSubject(auth),
    flaws: list(advisories.map(({ id, fixed }) => (fixed ? `${id} (fixed in ${fixed})` : id))),
  });
}

/* Endpoints that answered alike share their service and their verdict: each is projected once. */

const serviceSubject = onceFor((service: ServiceIdentity) => withoutUnknown({ ...service }));

const authSubject = onceFor(({ overall, operations, schemes, doors }: AuthVerdict) => {
  const opened = doors.filter((door) => door.state === 'open' && door.class !== 'identity');
  return {
    auth: withoutUnknown({ overall, operations: withoutUnknown({ ...operations }), schemes }),
    opens: list(
      OPERATION_CLASSES.filter((kind) => opened.some((door) => door.class === kind)).map((kind) => DEED[kind]),
    ),
    doors: list([...new Set(opened.map(doorName))]),
    reveals: list([...new Set(opened.flatMap((door) => door.reveals ?? []))]) || undefined,
  };
});

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
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== null && value !== 'unknown') known[name] = value;
  return known;
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
