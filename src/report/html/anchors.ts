import type { Endpoint } from '../../model/endpoint.ts';
import type { Finding, Location } from '../../model/finding.ts';
import type { Host } from '../map/hosts.ts';
import { doorOf } from '../order.ts';
import type { View } from '../view.ts';
import { slug } from './markup.ts';

/** Names inside the page that links go to. */
export interface Anchors {
  finding(finding: Finding): string;
  endpoint(endpoint: Endpoint): string;
  /** Null when there is no such endpoint in the result. */
  at(location: Location): { readonly endpoint: Endpoint; readonly id: string } | null;
  /** The first door of a host; null when none is listed. */
  host(host: Pick<Host, 'site' | 'address'>): string | null;
}

/** `finding-<fingerprint>`, so that a link keeps its meaning from run to run; other names only hold within a page. */
export function anchorsOf({ findings, endpoints, document }: View): Anchors {
  const taken = new Set<string>();
  const unique = (name: string): string => {
    let id = name;
    for (let i = 2; taken.has(id); i += 1) id = `${name}-${i}`;
    taken.add(id);
    return id;
  };
  const ofFinding = new Map(findings.map(({ finding }) => [finding, unique(`finding-${slug(finding.fingerprint)}`)]));
  const ofEndpoint = new Map(endpoints.map(({ endpoint }, i) => [endpoint, `endpoint-${i + 1}`]));
  const doors = new Map([...ofEndpoint].map(([endpoint, id]) => [doorOf(endpoint), { endpoint, id }]));
  // A finding about TLS names no URL: the first service of the port stands for it.
  const ports = new Map([...doors.values()].reverse().map((door) => [portOf(door.endpoint), door]));
  const hosts = new Map<string, string>();
  const tlsHosts = (document.tls ?? []).map((endpoint, i) => ({ ...endpoint, id: `tls-${i + 1}` }));
  const listed = endpoints
    .filter(({ noteworthy }) => noteworthy)
    .map(({ endpoint }) => ({ ...endpoint, id: ofEndpoint.get(endpoint) ?? '' }));
  for (const { site, address, host, id } of [...listed, ...tlsHosts]) {
    const key = hostKey(site, address ?? host ?? '');
    if (!hosts.has(key)) hosts.set(key, id);
  }
  return {
    finding: (finding) => ofFinding.get(finding) ?? '',
    endpoint: (endpoint) => ofEndpoint.get(endpoint) ?? '',
    at: (location) => doors.get(doorOf(location)) ?? ports.get(portOf(location)) ?? null,
    host: ({ site, address }) => hosts.get(hostKey(site, address)) ?? null,
  };
}

function hostKey(site: string | undefined, address: string): string {
  return `${site ?? ''}\n${address}`;
}

function portOf({ site, host, port }: Pick<Location, 'site'> & Partial<Pick<Endpoint, 'host' | 'port'>>): string {
  return `${hostKey(site, host ?? '')}\n${port ?? ''}`;
}
