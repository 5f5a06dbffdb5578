import type { Endpoint } from '../model/endpoint.ts';
import type { Service } from '../model/service.ts';

/**
 * Doors of one program on one host: the same service answering twice (plaintext beside TLS, an API
 * beside its UI), or a port that the service's file names as its other listener.
 */
export function relateSiblings(endpoints: readonly Endpoint[], services: readonly Service[]): Endpoint[] {
  const ports = new Map(services.map((service) => [service.id, new Set(service.ports.map(({ port }) => port))]));
  const byAddress = groupByAddress(endpoints);
  return endpoints.map((endpoint) => {
    const others = (byAddress.get(machineOf(endpoint)) ?? []).filter(
      (other) => other.port !== endpoint.port && related(endpoint, other, ports),
    );
    const siblings = others.map(({ host, port }) => `${host?.includes(':') ? `[${host}]` : host}:${port}`);
    return siblings.length === 0 ? endpoint : { ...endpoint, siblings: [...new Set(siblings)].sort() };
  });
}

function related(one: Endpoint, other: Endpoint, ports: ReadonlyMap<string, ReadonlySet<number>>): boolean {
  if (!one.service || !other.service || one.service.kind === 'generic') return false;
  if (one.service.id === other.service.id) return true;
  const belongs = (mine: Endpoint, theirs: Endpoint): boolean => {
    const known = ports.get(mine.service?.id ?? '');
    const twoSided = known !== undefined && known.size > 1 && known.has(mine.port ?? 0);
    return (
      twoSided && known.has(theirs.port ?? 0) && (theirs.service?.kind === 'generic' || theirs.service?.id === 'gradio')
    );
  };
  return belongs(one, other) || belongs(other, one);
}

/** Equal private addresses of two sites are two machines. */
function machineOf({ site = '', address }: Endpoint): string {
  return `${site}\n${address}`;
}

function groupByAddress(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const group = groups.get(machineOf(endpoint));
    if (group) group.push(endpoint);
    else groups.set(machineOf(endpoint), [endpoint]);
  }
  return groups;
}
