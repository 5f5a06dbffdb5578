import type { Severity } from '../model/rule.ts';
import type { Shard } from '../model/shard.ts';
import type { Reach } from '../model/target.ts';
import type { EngineName } from '../system/ports.ts';

/** A list of targets or exclusions, with the name errors give it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Everything a scan was asked to do. Plain data: it is kept in a partial result and a resumed scan starts from it. */
export interface ScanRequest {
  readonly targets: readonly string[];
  readonly lists: readonly NamedText[];
  readonly local: boolean;
  readonly ports: string | null;
  readonly exclude: readonly string[];
  readonly excludeLists: readonly NamedText[];
  readonly allowPublic: readonly string[];
  /** Names tried as virtual hosts on every endpoint. */
  readonly sni: readonly string[];
  /** Paths below which services are looked for too. */
  readonly basePaths: readonly string[];
  readonly assumeReach: Extract<Reach, 'lan' | 'public'> | null;
  readonly passive: boolean;
  /** Requests to one endpoint at most. */
  readonly budget: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** Connections under way in the sweep, overall and to one address; new ones a second (0: no limit). */
  readonly parallel: number;
  readonly perHost: number;
  readonly rate: number;
  readonly engine: EngineName;
  /** Endpoints asked at once. */
  readonly endpoints: number;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly retries: number;
  readonly failOn: Severity;
  /** The part of the targets that this run takes; null: all. */
  readonly shard: Shard | null;
  /** Where the run looks from: a label that keeps equal private addresses of several sites apart. */
  readonly site: string | null;
  /** Addresses of names as an earlier part of this scan found them, so that a resumed one numbers the same space. */
  readonly resolved?: Readonly<Record<string, readonly string[]>>;
}

/** Where an interrupted sweep stood. */
export interface ScanPosition {
  readonly seed: number;
  /** Every probe below this index is done. */
  readonly next: number;
  /** Probes at or above `next` that are done too. */
  readonly done: readonly number[];
}

export const SCAN_DEFAULTS = {
  budget: 25,
  parallel: 800,
  perHost: 16,
  rate: 0,
  engine: 'auto',
  endpoints: 32,
  minTimeoutMs: 100,
  maxTimeoutMs: 2000,
  responseTimeoutMs: 8000,
  retries: 1,
  failOn: 'medium',
  shard: null,
  site: null,
} as const satisfies Partial<ScanRequest>;
