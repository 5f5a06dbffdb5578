import type { AuthVerdict, OverallState } from './auth.ts';
import type { TlsSummary, Transport } from './exchange.ts';
import type { Severity } from './rule.ts';
import type { Reach } from './target.ts';

export const ORIGINS = ['observed', 'declared', 'local'] as const;
export type Origin = (typeof ORIGINS)[number];

export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** What the port turned out to speak. */
export type Speech = 'http' | 'other' | 'silent';

export interface ServiceIdentity {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** As the service states it, or null when it does not say. */
  readonly version: string | null;
  readonly confidence: Confidence;
}

/** A published flaw whose affected range holds the version that was seen. */
export interface AdvisoryHit {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly affected: string;
  readonly fixed: string | null;
}

/** An answer to a browser's foreign origin. `credentials`: with cookies or stored logins. */
export type CorsPolicy = 'none' | 'any' | 'reflected' | 'reflected-with-credentials' | 'unknown';

/** Whether a foreign Host header is refused (DNS rebinding). */
export type HostCheck = 'enforced' | 'missing' | 'unknown';

export const CONDITIONS = ['claimable-setup', 'open-registration', 'loading'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What a piece of evidence speaks for. */
export const EVIDENCE_KINDS = ['identity', 'door', 'cors', 'host-check', 'condition', 'version'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What was sent and came back, short enough to print and already redacted. */
export interface Evidence {
  readonly about: EvidenceKind;
  readonly request: string;
  readonly status: number | null;
  readonly shows: string;
}

/** What another run saw at the same place, earlier. */
export interface EarlierSight {
  /** ISO 8601: end of that run. */
  readonly at: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly transport: Transport;
  readonly auth: OverallState;
}

export interface Endpoint {
  /** Where it was looked at from; with the address it tells equal private addresses apart. */
  readonly site?: string;
  /** ISO 8601: end of the run that saw it, in a merged result. */
  readonly seenAt?: string;
  /** What other runs of a merged result saw at this place; the latest counts. */
  readonly superseded?: readonly EarlierSight[];
  readonly origin: Origin;
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly url: string | null;
  readonly transport: Transport;
  readonly reach: Reach;
  readonly speech: Speech;
  /** Base path at which the service was found, `` for the root. */
  readonly basePath: string;
  readonly service: ServiceIdentity | null;
  readonly auth: AuthVerdict;
  readonly cors: CorsPolicy;
  readonly hostCheck: HostCheck;
  readonly conditions: readonly Condition[];
  readonly advisories: readonly AdvisoryHit[];
  /** Signs of a reverse proxy or gateway in front, e.g. `nginx`. */
  readonly intermediaries: readonly string[];
  readonly tls: TlsSummary | null;
  /** Other endpoints of this run that belong to it, as `host:port`. */
  readonly siblings: readonly string[];
  readonly evidence: readonly Evidence[];
  /** Requests sent to this endpoint and connections they took. */
  readonly requests: number;
  readonly connections: number;
  /** Plain sentences on what could not be learned. */
  readonly notes: readonly string[];
}
