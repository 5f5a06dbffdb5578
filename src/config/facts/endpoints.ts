import { OPERATION_CLASSES, type OverallState } from '../../model/auth.ts';
import type { EndpointFact } from '../../model/declared.ts';
import type { Edit } from '../../model/edit.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { KnownCredentials } from '../../model/setting-table.ts';
import type { GateState } from '../deployment/declarations.ts';
import type { Door } from '../deployment/door.ts';
import { known } from '../deployment/value.ts';
import { judgeLogin } from '../services/secrets.ts';
import { adviceOf } from './advice.ts';
import { writtenAt } from './credentials.ts';
import type { Places } from './place.ts';

export interface EndpointScope {
  readonly pedantic: boolean;
  readonly credentials: KnownCredentials;
}

/** One fact for all the doors of a process that lead to the same: the first is where it is told, the others are beside it. */
export function endpointFact(
  doors: readonly [Door, ...Door[]],
  places: Places,
  { pedantic, credentials }: EndpointScope,
): EndpointFact {
  const [door, ...others] = doors;
  const login = knownLogin(door, credentials);
  const { running, listener, anchor, chain } = door;
  const beside = others.map(({ anchor: span }) => ({ span, text: 'is open too' }));
  return {
    kind: 'endpoint',
    isDoor: true,
    endpoint: endpointOf(door, pedantic),
    way: wayOf(door),
    lack: lackOf(door, login),
    switchedOff: listener.auth.switchedOff,
    knownPassword: login !== null,
    location: places.at(anchor),
    chain: places.chain([...chain, ...beside], anchor),
    identity: ['declared', running.process.id, listener.main ? '' : listener.what, door.way].join('\n'),
    confidence: door.confidence,
    edits: door.edit ? [door.edit] : loopbackInstead(door, places),
    advice: adviceOf(running.view?.service, running.process),
    example: running.process.example,
  };
}

/** A program of the machine whose address is written out: one word says where it listens. */
function loopbackInstead({ way, reach, listener }: Door, places: Places): readonly Edit[] {
  const { value } = listener.address;
  if (way !== 'bare' || reach !== 'lan' || !value || value.kind === 'unresolved') return [];
  const span = writtenAt(value);
  const text = places.source(span.file)?.text.slice(span.start, span.end);
  if (text !== value.text || !/^(0\.0\.0\.0|::|\*)$/.test(text)) return [];
  return [{ span, insert: '127.0.0.1', safety: 'unsafe', title: 'Listen on loopback only' }];
}

/** Every origin is let in because somebody set it so, which is told where it is set. A default is the program's. */
export function crossOriginFact(door: Door, places: Places, scope: EndpointScope): EndpointFact | null {
  const { running, anchor } = door;
  const found = running.view?.cors.state === 'any' ? running.view.cors.found[0] : undefined;
  if (!found) return null;
  const fact = endpointFact([door], places, { ...scope, pedantic: false });
  const at = found.value ? writtenAt(found.value) : found.span;
  return {
    ...fact,
    isDoor: false,
    endpoint: { ...fact.endpoint, reach: 'unknown', cors: 'any' },
    location: places.at(at),
    chain: places.chain([{ span: anchor, text: 'is where browsers find it' }], at),
    identity: ['cross-origin', running.process.id].join('\n'),
    edits: [],
  };
}

/** What is said of a login that keeps nobody out; null: it may keep somebody out, or there is none. */
function knownLogin({ running }: Door, table: KnownCredentials): string | null {
  const { credentials = [], logins = [] } = running.view ?? {};
  const published = credentials.filter(({ knob }) => knob.role === 'login');
  if (published.some(({ repeatsUser }) => !repeatsUser)) return 'Its password is one that everybody knows.';
  if (published.length > 0) return "Its password is its user's name.";
  const guessed = logins.some(({ setting, value }) => {
    const text = known(value);
    const kind = text === undefined ? null : judgeLogin(setting.name, text, table);
    return kind !== null && kind !== 'hard-coded';
  });
  return guessed ? 'Its password is among the first to be tried.' : null;
}

const OVERALL = { on: 'guarded', off: 'open', partial: 'partial', unknown: 'unknown' } as const satisfies Record<
  GateState,
  OverallState
>;

function endpointOf(door: Door, pedantic: boolean): Endpoint {
  const { running, listener, reach, gate, auth, tls } = door;
  const service = running.view?.service;
  // With its key set, what stays open beside is for those who want to know everything.
  const leaves = pedantic && auth === 'on' && gate.state !== 'on' && listener.auth.leavesOpen !== null;
  const overall = leaves ? 'partial' : OVERALL[auth];
  const state = overall === 'open' ? 'open' : overall === 'guarded' ? 'guarded' : 'unknown';
  return {
    origin: 'declared',
    host: null,
    address: null,
    port: portNumber(door.port),
    url: null,
    transport: tls === 'on' ? 'tls' : door.way === 'ingress' && tls === 'unknown' ? 'unknown' : 'plaintext',
    reach,
    speech: listener.transport === 'http' ? 'http' : 'other',
    basePath: '',
    service: service
      ? {
          id: service.id,
          name: service.name,
          kind: service.kind,
          version: null,
          confidence: running.recognition?.confidence ?? 'low',
        }
      : null,
    auth: {
      overall,
      operations: Object.fromEntries(OPERATION_CLASSES.map((kind) => [kind, state])) as Endpoint['auth']['operations'],
      schemes: gate.kinds.includes('basic') ? ['basic'] : [],
      doors: [],
    },
    cors: 'unknown',
    hostCheck: 'unknown',
    conditions:
      running.view?.registration.state === 'claim'
        ? ['claimable-setup']
        : running.view?.registration.state === 'open'
          ? ['open-registration']
          : [],
    advisories: [],
    intermediaries: [],
    tls: null,
    siblings: [],
    evidence: [],
    requests: 0,
    connections: 0,
    notes: [],
  } as Endpoint;
}

function portNumber(text: string | null): number | null {
  const port = Number(text);
  return text !== null && Number.isInteger(port) && port > 0 ? port : null;
}

/** How one gets there: the end of a sentence. */
function wayOf({ way, port, listener }: Door): string {
  const at = port === null ? 'on a port chosen at start' : `as port ${port}`;
  const what = listener.main ? '' : ` (${listener.what})`;
  switch (way) {
    case 'port':
    case 'host-port':
      return `is published ${at} on every address of the machine${what}`;
    case 'node-port':
      return `is published ${at} on every node${what}`;
    case 'load-balancer':
      return `is published ${at} by a load balancer${what}`;
    case 'ingress':
      return `is published by an ingress${what}`;
    case 'tunnel':
      return `is published on the internet by a tunnel${what}`;
    case 'firewall':
      return `is let through the firewall ${at}${what}`;
    case 'public-address':
      return `is published ${at} at a public address${what}`;
    case 'portproxy':
      return `is forwarded ${at} to other machines${what}`;
    case 'host-network':
      return `listens ${at} in the network of the machine, on every address${what}`;
    case 'bare':
      return `listens ${at} on every address${what}`;
  }
}

/** What is missing, as a sentence of its own. */
function lackOf(door: Door, login: string | null): string {
  const { listener, gate } = door;
  const { auth } = listener;
  if (auth.state === 'on' && login !== null) return login;
  if (auth.presumed && auth.state === 'off') return 'No authentication is in sight.';
  if (gate.state === 'partial')
    return `What stands in front of it covers only a part: ${gate.because.map(({ text }) => text).join(', ')}.`;
  if (auth.switchedOff) return `${auth.because.map(({ text }) => text).join(' and ')} switches its authentication off.`;
  if (auth.state === 'partial' || (auth.state === 'on' && auth.leavesOpen !== null))
    return `Open stays ${auth.leavesOpen ?? 'a part of it'}.`;
  if (auth.knobs.length === 0) return 'It has no authentication of its own.';
  return `Nothing sets ${auth.knobs.slice(0, 3).join(', or ')}.`;
}
