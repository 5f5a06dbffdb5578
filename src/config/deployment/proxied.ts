import type { Deployable } from '../../model/deploy.ts';
import type { Confidence } from '../../model/endpoint.ts';
import type { Reach } from '../../model/target.ts';
import { reachOf } from '../services/address.ts';
import { recognise } from '../services/recognise.ts';
import type { DeclaredProxy, GateState, ProxyListener, ProxyRoute } from './declarations.ts';
import { leastSure, type Reason } from './door.ts';
import { covers } from './doors.ts';
import { proxyOwners } from './given-files.ts';
import type { RunningProcess } from './running.ts';
import { known, type Value } from './value.ts';
import { foldersOf, Vicinity } from './vicinity.ts';

/** A route of a proxy that leads to a known service. */
export interface ProxiedRoute {
  readonly proxy: DeclaredProxy;
  readonly route: ProxyRoute;
  /** The process behind it; null when only its name or port tells what it is. */
  readonly running: RunningProcess | null;
  readonly service: Deployable;
  /** What the service itself asks for. */
  readonly own: GateState;
  /** Who can reach the proxy. */
  readonly reach: Reach;
  readonly tls: 'on' | 'off' | 'unknown';
  readonly upstream: string;
  readonly confidence: Confidence;
  readonly chain: readonly Reason[];
}

export function proxiedRoutes(
  proxies: readonly DeclaredProxy[],
  running: readonly RunningProcess[],
  services: readonly Deployable[],
): readonly ProxiedRoute[] {
  const placed = placedProcesses(running);
  const ownerOf = proxyOwners(running);
  return proxies.flatMap((proxy) => {
    const front = frontOf(proxy, ownerOf(proxy));
    return proxy.routes.flatMap((route) =>
      route.upstream.targets.flatMap(({ host, port }) => {
        const behind = route.upstream.itself
          ? itself(host, proxy, services)
          : behindOf(host, port, proxy, { placed, services });
        return behind === null
          ? []
          : [{ proxy, route, ...behind, ...front, confidence: leastSure(behind.confidence, front.confidence) }];
      }),
    );
  });
}

/** Who can reach the proxy: by what it listens on, or by how the container that mounts its file is published. */
function frontOf(
  proxy: DeclaredProxy,
  owner: RunningProcess | undefined,
): Pick<ProxiedRoute, 'reach' | 'tls' | 'confidence' | 'chain'> {
  const listeners: readonly (ProxyListener | null)[] = proxy.listeners.length > 0 ? proxy.listeners : [null];
  const ways = listeners.map((listener) => {
    const tls = listener?.tls ?? 'unknown';
    if (!owner || owner.process.network.kind === 'host')
      return { reach: addressReach(listener?.address ?? null), tls, chain: [] };
    const inside = known(listener?.port ?? null);
    const published = owner.publications.filter(({ targetPort }) => {
      const target = known(targetPort);
      return inside === undefined || target === undefined || covers(target, inside);
    });
    const open = published.find(({ hostAddress }) => isFar(addressReach(hostAddress)));
    const first = open ?? published[0];
    return {
      reach: first ? addressReach(first.hostAddress) : ('container' as Reach),
      tls,
      chain: first ? [{ span: first.span, text: 'publishes the proxy' }] : [],
    };
  });
  const best = ways.find(({ reach }) => isFar(reach)) ?? ways[0];
  return {
    reach: best?.reach ?? 'unknown',
    tls: best?.tls ?? 'unknown',
    chain: best?.chain ?? [],
    confidence: proxy.example ? 'low' : 'high',
  };
}

function isFar(reach: Reach): boolean {
  return reach === 'lan' || reach === 'public';
}

function addressReach(address: Value | null): Reach {
  if (address === null || known(address) === '') return 'lan';
  const text = known(address);
  if (text === undefined) return 'unknown';
  const reach = reachOf(text);
  if (reach === 'loopback') return 'loopback';
  if (reach === 'socket') return 'host';
  return reach === 'unknown' ? 'unknown' : 'lan';
}

type Behind = Pick<ProxiedRoute, 'running' | 'service' | 'own' | 'upstream' | 'confidence'>;

const THIS_MACHINE =
  /^(localhost|127(\.\d+){3}|::1|\[::1\]|host\.docker\.internal|host\.containers\.internal|gateway\.docker\.internal|172\.17\.0\.1|0\.0\.0\.0)$/i;

function behindOf(
  host: Value,
  port: Value | null,
  proxy: DeclaredProxy,
  { placed, services }: { readonly placed: PlacedProcesses; readonly services: readonly Deployable[] },
): Behind | null {
  const name = known(host);
  const number = known(port);
  if (name === undefined) return null;
  const upstream = number === undefined ? name : `${name}:${number}`;
  const found = THIS_MACHINE.test(name) ? onThisMachine(number, proxy, placed) : byName(name, number, proxy, placed);
  if (found) {
    if (!found.running.view) return null;
    return {
      ...found,
      service: found.running.view.service,
      upstream,
      confidence: found.running.recognition?.confidence ?? 'low',
    };
  }
  const ports = number === undefined ? [] : [Number(number)];
  const guessed = recognise(
    { image: null, argv: null, args: null, name: THIS_MACHINE.test(name) ? '' : name, aliases: [], ports },
    services,
  );
  const service = guessed?.serves ? guessed.service : byPort(number, services);
  if (!service) return null;
  const { deploy } = service;
  const never =
    deploy.auth.guards.length === 0 && deploy.auth.default.binary === 'off' && deploy.auth.default.image === 'off';
  return {
    running: null,
    service,
    own: never ? 'off' : 'unknown',
    upstream,
    confidence: 'medium',
  };
}

/** What the proxy answers itself has no door of its own beside the route. */
function itself({ text }: Value, { software }: DeclaredProxy, services: readonly Deployable[]): Behind | null {
  const service = services.find(({ id }) => id === software);
  return service ? { running: null, service, own: 'off', upstream: text, confidence: 'high' } : null;
}

/** Ports that many programs use say nothing. */
const COMMON = new Set([
  '80',
  '443',
  '3000',
  '3001',
  '5000',
  '5001',
  '5173',
  '7860',
  '8000',
  '8001',
  '8080',
  '8081',
  '8088',
  '8443',
  '8888',
  '9000',
  '9090',
]);

/** The one service that listens there unless told otherwise. */
function byPort(port: string | undefined, services: readonly Deployable[]): Deployable | null {
  if (port === undefined || COMMON.has(port)) return null;
  const found = services.filter(({ deploy, kind }) => deploy.port.default.binary === port && kind !== 'datastore');
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Every process by where it is written, and by the names it has: a wide tree holds thousands. */
interface PlacedProcesses {
  readonly all: Vicinity<RunningProcess>;
  readonly byAlias: ReadonlyMap<string, Vicinity<RunningProcess>>;
}

function placedProcesses(running: readonly RunningProcess[]): PlacedProcesses {
  const all = new Vicinity<RunningProcess>();
  const byAlias = new Map<string, Vicinity<RunningProcess>>();
  for (const one of running) {
    const folders = foldersOf(one.process.span.file);
    all.add(folders, one);
    for (const alias of new Set(one.process.aliases)) {
      const called = byAlias.get(alias) ?? new Vicinity();
      called.add(folders, one);
      byAlias.set(alias, called);
    }
  }
  return { all, byAlias };
}

type Found = { readonly running: RunningProcess; readonly own: GateState };

function byName(
  name: string,
  port: string | undefined,
  proxy: DeclaredProxy,
  { byAlias }: PlacedProcesses,
): Found | null {
  const here = foldersOf(proxy.span.file);
  const named = byAlias.get(name);
  // Two projects of one tree may both have an `ollama`: the nearer one is meant. A cluster has one name space for all.
  const [running] = (proxy.software === 'ingress' ? named?.all(here) : named?.near(here)) ?? [];
  return running ? { running, own: ownAuth(running, port) } : null;
}

function onThisMachine(port: string | undefined, proxy: DeclaredProxy, { all }: PlacedProcesses): Found | null {
  if (port === undefined) return null;
  for (const one of all.near(foldersOf(proxy.span.file))) {
    const publication = one.publications.find(({ hostPort }) => {
      const outside = known(hostPort);
      return outside !== undefined && covers(outside, port);
    });
    if (publication) return { running: one, own: ownAuth(one, known(publication.targetPort)) };
    const onHost =
      one.process.network.kind === 'host' && one.view?.listeners.some((listener) => listener.port.text === port);
    if (onHost) return { running: one, own: ownAuth(one, port) };
  }
  return null;
}

/** What the listener behind that port asks for; of the service as a whole where no listener is on that port. */
function ownAuth({ view }: RunningProcess, port: string | undefined): GateState {
  const listener = view?.listeners.find((candidate) => port !== undefined && candidate.port.text === port);
  return (listener ?? view?.listeners[0])?.auth.state ?? 'unknown';
}
