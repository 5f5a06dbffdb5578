import type { Confidence } from '../../model/endpoint.ts';
import type { Reach } from '../../model/target.ts';
import { reachOf } from '../services/address.ts';
import type { DeclaredProxy, ProxyListener } from './declarations.ts';
import type { Reason } from './door.ts';
import { covers } from './doors.ts';
import { proxyOwners } from './given-files.ts';
import type { RunningProcess } from './running.ts';
import { known, type Value } from './value.ts';

/** A proxy as its callers find it. */
export interface Front {
  /** Who can reach it. */
  readonly reach: Reach;
  readonly tls: 'on' | 'off' | 'unknown';
  readonly confidence: Confidence;
  readonly chain: readonly Reason[];
  /** The process that it runs as, where one is seen. */
  readonly owner: RunningProcess | null;
  /** The same of each of its listeners; of one that is not told, null. */
  readonly ways: readonly Way[];
}

interface Way {
  readonly listener: ProxyListener | null;
  readonly reach: Reach;
  readonly tls: 'on' | 'off' | 'unknown';
  readonly chain: readonly Reason[];
}

export function frontsOf(
  proxies: readonly DeclaredProxy[],
  running: readonly RunningProcess[],
): ReadonlyMap<DeclaredProxy, Front> {
  const ownerOf = proxyOwners(running);
  return new Map(proxies.map((proxy) => [proxy, frontOf(proxy, ownerOf(proxy))]));
}

/** Who can reach the proxy: by what it listens on, or by how the container that mounts its file is published. */
function frontOf(proxy: DeclaredProxy, owner: RunningProcess | undefined): Front {
  const listeners: readonly (ProxyListener | null)[] = proxy.listeners.length > 0 ? proxy.listeners : [null];
  const ways = listeners.map((listener): Way => {
    const tls = listener?.tls ?? 'unknown';
    if (!owner || owner.process.network.kind === 'host')
      return { listener, reach: addressReach(listener?.address ?? null), tls, chain: [] };
    const inside = known(listener?.port ?? null);
    const published = owner.publications.filter(({ targetPort }) => {
      const target = known(targetPort);
      return inside === undefined || target === undefined || covers(target, inside);
    });
    const open = published.find(({ hostAddress }) => isFar(addressReach(hostAddress)));
    const first = open ?? published[0];
    return {
      listener,
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
    owner: owner ?? null,
    ways,
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
