import type { Endpoint } from '../../model/endpoint.ts';
import type { Finding, Location } from '../../model/finding.ts';
import { doorOf } from '../order.ts';
import type { View } from '../view.ts';
import { slug } from './markup.ts';

/** Names inside the page that links go to. */
export interface Anchors {
  finding(finding: Finding): string;
  endpoint(endpoint: Endpoint): string;
  /** Null when there is no such endpoint in the result. */
  at(location: Location): { readonly endpoint: Endpoint; readonly id: string } | null;
  /** The first door of an address; null when none is listed. */
  host(address: string): string | null;
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
  for (const { address, host, id } of [...listed, ...tlsHosts]) {
    const key = address ?? host;
    if (key !== null && !hosts.has(key)) hosts.set(key, id);
  }
  return {
    finding: (finding) => ofFinding.get(finding) ?? '',
    endpoint: (endpoint) => ofEndpoint.get(endpoint) ?? '',
    at: (location) => doors.get(doorOf(location)) ?? ports.get(portOf(location)) ?? null,
    host: (address) => hosts.get(address) ?? null,
  };
}

function portOf({ host, port }: { readonly host?: string | null; readonly port?: number | null }): string {
  return `${host ?? ''}\n${port ?? ''}`;
}
