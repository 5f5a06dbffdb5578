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
  /** Where it was looked at from, in a result that says so: equal private addresses are not one host. */
  readonly site?: string;
  /** What both are called. */
  readonly text: string;
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
  const hosts = new Map<string, Gathered>();
  const addresses = new Map<string, string>();
  const at = ({ site, host, address }: Place): Gathered | null => {
    const name = address ?? host;
    if (name === null) return null;
    const key = keyOf(site, name);
    if (host !== null) addresses.set(keyOf(site, host), key);
    const known = hosts.get(key) ?? { site, address: name, standing: 'other', doors: new Set(), findings: 0 };
    hosts.set(key, known);
    return known;
  };
  for (const item of view.endpoints) {
    const entry = at(item.endpoint);
    entry?.doors.add(`${item.endpoint.port}${item.endpoint.basePath}`);
    if (entry) entry.standing = worse(entry.standing, standingOf(item));
  }
  for (const endpoint of view.document.tls ?? []) {
    const entry = at(endpoint);
    entry?.doors.add(String(endpoint.port));
    if (entry && endpoint.speech === 'tls') entry.standing = worse(entry.standing, 'quiet');
  }
  for (const { finding } of view.findings) {
    const { site, host } = finding.location;
    if (host === undefined || (finding.state !== 'active' && finding.state !== 'below-threshold')) continue;
    const key = keyOf(site, host);
    const entry = hosts.get(addresses.get(key) ?? key);
    if (entry === undefined) continue;
    entry.findings += 1;
    entry.standing = worse(entry.standing, finding.severity);
  }
  return [...hosts.values()].map(({ site, address, standing, doors, findings }) => ({
    address,
    ...(site === undefined ? {} : { site }),
    text: site === undefined ? address : `${address} (${site})`,
    number: ipv4Number(address),
    standing,
    doors: doors.size,
    findings,
  }));
}

type Place = Pick<EndpointView['endpoint'], 'site' | 'host' | 'address'>;

interface Gathered {
  readonly site: string | undefined;
  readonly address: string;
  standing: Standing;
  readonly doors: Set<string>;
  findings: number;
}

function keyOf(site: string | undefined, address: string): string {
  return `${site ?? ''}\n${address}`;
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
