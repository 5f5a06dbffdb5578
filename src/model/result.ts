import type { CertificateRecord } from './certificate.ts';
import type { Endpoint } from './endpoint.ts';
import type { Expectation } from './expectation.ts';
import type { Finding, Undecided } from './finding.ts';
import type { HostReport } from './host.ts';
import type { Rule } from './rule.ts';
import type { Shard } from './shard.ts';
import type { TlsEndpoint } from './tls.ts';

/** How a probed port ended. Every probe of a sweep ends in exactly one of these. */
export const PORT_STATES = ['open', 'closed', 'filtered', 'unreachable', 'error', 'skipped'] as const;
export type PortState = (typeof PORT_STATES)[number];

export type PortTally = Readonly<Record<PortState, number>>;

export interface Coverage {
  /** Addresses in scope after exclusions. */
  readonly addresses: number;
  readonly excludedAddresses: number;
  /**
   * The addresses in scope, ascending and disjoint, or in a merged result those of its parts; left out where they are
   * too many pieces to be listed.
   */
  readonly ranges?: readonly AddressRange[];
  readonly ports: readonly number[];
  readonly probes: PortTally;
  /** Endpoints by what they spoke. */
  readonly http: number;
  readonly other: number;
  readonly silent: number;
  readonly requests: number;
  readonly connections: number;
  /** Rules that could not be decided, with what was missing. */
  readonly undecided: readonly Undecided[];
  /** False when the run was interrupted. */
  readonly complete: boolean;
  /** What was read; present where files were. */
  readonly files?: FileCoverage;
  /** How the ports of doors ended that earlier runs had found: present when there was an earlier run to compare with. */
  readonly watched?: readonly WatchedDoor[];
  /** The part of the targets that was this run's to do. `scope`: digest of the whole; equal for shards that fit together. */
  readonly shard?: Shard & { readonly scope: string };
  /** The runs that were merged, oldest first. */
  readonly parts?: readonly RunPart[];
}

/** What one run contributed to a merged result. */
export interface RunPart
  extends Pick<
    Coverage,
    'addresses' | 'excludedAddresses' | 'ports' | 'probes' | 'requests' | 'connections' | 'complete' | 'shard'
  > {
  readonly command: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly site?: string;
}

export interface FileCoverage {
  readonly read: number;
  readonly byFormat: Readonly<Record<string, number>>;
  /** Processes that the files start, and those of them that are a known service. */
  readonly processes: number;
  readonly services: number;
}

/** Both ends included, in canonical text, of one family. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

export interface WatchedDoor {
  readonly address: string;
  readonly port: number;
  readonly state: PortState;
}

/** Something that could not be examined or went wrong, never silently dropped. */
export interface Trouble {
  readonly kind: string;
  readonly where: string;
  readonly what: string;
}

export interface RuleSummary
  extends Pick<Rule, 'id' | 'subject' | 'title' | 'severity' | 'confidence' | 'why' | 'fix' | 'cwe' | 'references'> {}

export const RESULT_SCHEMA = 'postern/result/1';

export interface ResultDocument {
  readonly schema: typeof RESULT_SCHEMA;
  readonly tool: { readonly name: 'postern'; readonly version: string; readonly catalogue: string };
  readonly command: string;
  /** Where the run looked from. */
  readonly site?: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly endpoints: readonly Endpoint[];
  /** Only in the result of `verify`. */
  readonly expectations?: readonly Expectation[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  readonly troubles: readonly Trouble[];
  readonly rules: readonly RuleSummary[];
  /** Ports whose TLS was inspected. */
  readonly tls?: readonly TlsEndpoint[];
  /** Certificates seen on the wire or read from files, by expiry. */
  readonly certificates?: readonly CertificateRecord[];
  /** This machine, where it was looked at from the inside. */
  readonly host?: HostReport;
  /** Only in the result of an interrupted run: what `--resume` goes on from. */
  readonly resume?: { readonly request: unknown; readonly position: unknown };
}
