import type { Endpoint } from './endpoint.ts';
import type { Finding } from './finding.ts';

/*
 * What became of things between runs. Absence is not a fix: what was not looked at again is said to be so.
 */

export const DIFF_SCHEMA = 'postern/diff/1';

/** A finding as earlier runs knew it. */
export interface KnownFinding {
  readonly finding: Finding;
  /** The endpoint it was found on, as that run saw it. */
  readonly endpoint: Endpoint | null;
  /** The command of the run that saw it last. */
  readonly command: string;
  /** ISO 8601: start of the first run that had it without a break, and end of the last. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** `fixed`: looked at again and no longer there. `unseen`: not looked at, or not decided. */
export type Fate = { readonly kind: 'fixed'; readonly how: string } | { readonly kind: 'unseen'; readonly why: string };

/** A field of an endpoint or finding that is not what it was; null where there was nothing. */
export interface Change {
  readonly field:
    | 'service'
    | 'version'
    | 'auth'
    | 'transport'
    | 'reach'
    | 'certificate'
    | 'cors'
    | 'severity'
    | 'state';
  readonly before: string | null;
  readonly after: string | null;
}

export interface DiffDocument {
  readonly schema: typeof DIFF_SCHEMA;
  readonly old: RunReference;
  readonly new: RunReference;
  readonly findings: {
    readonly appeared: readonly Finding[];
    readonly fixed: readonly (KnownReference & { readonly how: string })[];
    readonly persisted: readonly (KnownReference & { readonly changes: readonly Change[] })[];
    readonly unseen: readonly (KnownReference & { readonly why: string })[];
  };
  readonly endpoints: {
    readonly appeared: readonly Endpoint[];
    readonly closed: readonly { readonly endpoint: Endpoint; readonly how: string }[];
    readonly changed: readonly { readonly endpoint: Endpoint; readonly changes: readonly Change[] }[];
    readonly unseen: readonly { readonly endpoint: Endpoint; readonly why: string }[];
  };
}

export interface KnownReference {
  readonly finding: Finding;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface RunReference {
  readonly command: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
}
