import { SEVERITIES, type Severity } from '../../model/rule.ts';
import type { EndpointView, View } from '../view.ts';
import { ipv4Number } from './ipv4.ts';

/**
 * How the worst door of a host stands, from worst to best. `unknown`: an AI service or a refusal that could not be
 * judged. `quiet`: judged, and nothing current was found. `other`: a port is open, no AI service was recognised.
 */
export const STANDINGS = ['critical', 'high', 'medium', 'low', 'info', 'unknown', 'quiet', 'other'] as const;
export type Standing = (typeof STANDINGS)[number];

/** A host that answered. */
export interface Host {
  readonly address: string;
  /** Null for IPv6, which has no place on a map: a network of it has more addresses than a map has points. */
  readonly number: number | null;
  readonly standing: Standing;
  /** Doors that were found. */
  readonly doors: number;
  /** Findings that are neither suppressed nor baselined. */
  readonly findings: number;
}

/** Hosts with at least one open door, in the order of the view. */
export function hostsOf(view: View): Host[] {
  const hosts = new Map<string, { standing: Standing; doors: Set<string>; findings: number }>();
  const at = (address: string) => {
    const known = hosts.get(address) ?? { standing: 'other' as Standing, doors: new Set<string>(), findings: 0 };
    hosts.set(address, known);
    return known;
  };
  const addresses = new Map<string, string>();
  for (const item of view.endpoints) {
    const { host, address, port, basePath } = item.endpoint;
    const key = address ?? host;
    if (key === null) continue;
    if (host !== null) addresses.set(host, key);
    const entry = at(key);
    entry.doors.add(`${port}${basePath}`);
    entry.standing = worse(entry.standing, standingOf(item));
  }
  for (const { host, address, port, speech } of view.document.tls ?? []) {
    const key = address ?? host;
    if (key === null) continue;
    if (host !== null) addresses.set(host, key);
    const entry = at(key);
    entry.doors.add(String(port));
    if (speech === 'tls') entry.standing = worse(entry.standing, 'quiet');
  }
  for (const { finding } of view.findings) {
    const { host } = finding.location;
    if (host === undefined || (finding.state !== 'active' && finding.state !== 'below-threshold')) continue;
    const entry = hosts.get(addresses.get(host) ?? host);
    if (entry === undefined) continue;
    entry.findings += 1;
    entry.standing = worse(entry.standing, finding.severity);
  }
  return [...hosts].map(([address, { standing, doors, findings }]) => ({
    address,
    number: ipv4Number(address),
    standing,
    doors: doors.size,
    findings,
  }));
}

/** Findings are counted apart: these are the doors by themselves. */
function standingOf({ endpoint, noteworthy }: EndpointView): Standing {
  if (!noteworthy) return 'other';
  return endpoint.auth.overall === 'unknown' ? 'unknown' : 'quiet';
}

export function worse(a: Standing, b: Standing): Standing {
  return STANDINGS.indexOf(a) <= STANDINGS.indexOf(b) ? a : b;
}

export function isSeverity(standing: Standing): standing is Severity {
  return (SEVERITIES as readonly string[]).includes(standing);
}
