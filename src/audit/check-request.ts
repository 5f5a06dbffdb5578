import type { Severity } from '../model/rule.ts';

/** Everything that `postern check` was asked to do. */
export interface CheckRequest {
  /** False: read this machine and ask nothing. */
  readonly probe: boolean;
  /** Ask only listeners on these ports; null: all but those of well-known other protocols. */
  readonly ports: readonly number[] | null;
  readonly passive: boolean;
  /** Requests to one endpoint at most. */
  readonly budget: number;
  /** Endpoints asked at once. */
  readonly endpoints: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly userAgent: string;
  readonly failOn: Severity;
}

export const CHECK_DEFAULTS = {
  budget: 25,
  endpoints: 8,
  connectTimeoutMs: 2000,
  responseTimeoutMs: 8000,
  failOn: 'medium',
} as const satisfies Partial<CheckRequest>;
