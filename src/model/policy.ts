import type { OverallState } from './auth.ts';
import type { Reach } from './target.ts';

/** What a row may ask of a door, beside the ports it is for. */
export const POLICY_FIELDS = ['listen', 'auth', 'grade', 'reach'] as const;
export type PolicyField = (typeof POLICY_FIELDS)[number];

/** One row of what may listen on this host. What is left out is not asked for. */
export interface PolicyRow {
  /** A service id, or `*`. */
  readonly service: string;
  /** Addresses it may listen on; `loopback` stands for 127.0.0.0/8 and ::1. */
  readonly listen?: readonly string[];
  readonly ports?: readonly number[];
  /** The least guarded state that will do. */
  readonly auth?: OverallState;
  /** The worst TLS grade that will do. */
  readonly grade?: string;
  /** The widest reach that will do. */
  readonly reach?: Reach;
}

/** A row held against a door of this host. */
export type PolicyAnswer =
  | {
      readonly kind: 'unknown-service';
      readonly service: string;
      readonly bound: readonly string[];
      readonly port: number;
      readonly reach: Reach;
    }
  | { readonly kind: 'absent-service'; readonly service: string }
  | {
      readonly kind: 'wanted';
      readonly service: string;
      readonly port: number;
      readonly bound: readonly string[];
      readonly field: PolicyField;
      readonly wanted: string;
      readonly got: string;
      /** Null: not known. */
      readonly held: boolean | null;
    };
