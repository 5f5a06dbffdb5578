import type { Endpoint } from './endpoint.ts';
import type { Reach } from './target.ts';

/*
 * Where this host does not do what it was told.
 */

/** A process was told one address and listens on others. */
export interface BindDrift {
  readonly kind: 'bind';
  readonly service: string;
  readonly port: number;
  readonly told: string;
  readonly by: string;
  readonly listens: readonly string[];
  readonly wider: boolean;
}

/** A process was given a key; what it answers without one. */
export interface KeyDrift {
  readonly kind: 'key';
  readonly service: string;
  readonly port: number;
  readonly by: string;
  readonly endpoint: Endpoint | null;
  readonly reach: Reach;
}

/** A process and a file that configures it, by age. Times are ISO 8601. */
export interface AgeDrift {
  readonly kind: 'age';
  readonly service: string;
  readonly process: string;
  readonly startedAt: string | null;
  readonly file: string;
  readonly changedAt: string;
}

export type Drift = BindDrift | KeyDrift | AgeDrift;
