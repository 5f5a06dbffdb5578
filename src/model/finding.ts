import type { Edit } from './edit.ts';
import type { Confidence, Evidence } from './endpoint.ts';
import type { Severity } from './rule.ts';

/** Where a finding is. Lines and columns count from 1. */
export interface Location {
  readonly kind: 'endpoint' | 'file' | 'host';
  /** Where the run looked from that found it. */
  readonly site?: string;
  readonly host?: string;
  readonly port?: number;
  readonly url?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Where what is meant ends, the column exclusive. */
  readonly endLine?: number;
  readonly endColumn?: number;
  /** What it has to do with the finding: a link of the chain that leads to it. */
  readonly says?: string;
  /** The line as the file has it, secrets struck out and cut where it is long. */
  readonly excerpt?: string;
}

/** Nothing is dropped, only put in a bucket. */
export const FINDING_STATES = ['active', 'below-threshold', 'suppressed', 'baselined'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Why a finding does not count. */
export interface Suppression {
  /** Where it was said: a rule's setting or an ignore entry of the configuration, or a comment in the file itself. */
  readonly kind: 'rule' | 'config' | 'comment';
  readonly reason: string;
  /** `file:line:column` of the word. */
  readonly at?: string;
  /** `2027-01-31`: the last day on which it counts. */
  readonly expires?: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly location: Location;
  readonly related: readonly Location[];
  readonly evidence: readonly Evidence[];
  /** What to do, for this service where the catalogue knows. */
  readonly fix: string;
  /** Changes of the file, as it was read, that would mend it. */
  readonly edits?: readonly Edit[];
  /** SHA-256 over rule and subject identity; holds no line number, version or message. */
  readonly fingerprint: string;
  readonly state: FindingState;
  /** Present where the state is `suppressed`: by whose word. */
  readonly suppression?: Suppression;
  /** ISO 8601: start of the first kept run that had it; only where runs are kept or compared. */
  readonly firstSeen?: string;
}

/** A rule that could not be decided on a subject, with what was missing. */
export interface Undecided {
  readonly rule: string;
  readonly location: Location;
  readonly missing: readonly string[];
}
