import type { Endpoint } from './endpoint.ts';
import type { Location } from './finding.ts';
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

/** A file declares a door of a service, and a door of that service is there. */
export interface DeclaredDrift {
  readonly kind: 'declared';
  readonly service: string;
  readonly port: number;
  readonly location: Location;
  /** `on loopback`, `for the network, guarded`. */
  readonly declared: string;
  readonly observed: string;
  readonly differs: boolean;
  /** More can get in than the file says. */
  readonly wider: boolean;
}

export type Drift = BindDrift | KeyDrift | AgeDrift | DeclaredDrift;
