import type { Severity } from '../model/rule.ts';
import type { Reach } from '../model/target.ts';
import type { InspectionMode } from '../model/tls.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';
import type { NamedText } from './scan-request.ts';

/** Everything that `postern tls` was asked to do. */
export interface TlsRequest {
  readonly targets: readonly string[];
  readonly lists: readonly NamedText[];
  /** For targets that name no port. */
  readonly ports: readonly number[];
  readonly exclude: readonly string[];
  readonly excludeLists: readonly NamedText[];
  readonly allowPublic: readonly string[];
  readonly assumeReach: Extract<Reach, 'lan' | 'public'> | null;
  readonly mode: InspectionMode;
  /** For SNI and the name check; null: what the target says. */
  readonly serverName: string | null;
  readonly identity: ClientIdentity | null;
  readonly pins: readonly string[];
  readonly parallel: number;
  readonly perHost: number;
  readonly maxConnections: number;
  readonly paceMs: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly userAgent: string;
  readonly failOn: Severity;
}

export const TLS_DEFAULTS = {
  ports: [443],
  parallel: 64,
  perHost: 6,
  /** A server with every suite of the tables in every version takes about 450. */
  maxConnections: 1000,
  paceMs: 0,
  connectTimeoutMs: 3000,
  responseTimeoutMs: 5000,
  failOn: 'medium',
} as const satisfies Partial<Record<keyof TlsRequest, unknown>>;
