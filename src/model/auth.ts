/** What a request to a service amounts to. Identity (banner, version, health) never counts towards the overall verdict. */
export const OPERATION_CLASSES = ['identity', 'inventory', 'inference', 'admin'] as const;
export type OperationClass = (typeof OPERATION_CLASSES)[number];

/** Verdict on one request. `unknown` always comes with a reason. */
export type DoorState = 'open' | 'guarded' | 'unknown';

/** Verdict on a class. `absent`: the service has no operation of that class. */
export type ClassState = DoorState | 'absent';

/** Verdict on the whole endpoint, computed over inventory, inference and admin requests that gave an answer. */
export const OVERALL_STATES = ['open', 'partial', 'guarded', 'unknown'] as const;
export type OverallState = (typeof OVERALL_STATES)[number];

export const AUTH_SCHEMES = ['bearer', 'basic', 'digest', 'negotiate', 'api-key', 'cookie', 'mtls', 'oauth'] as const;
export type AuthScheme = (typeof AUTH_SCHEMES)[number];

/** One request that was judged: the proof behind a class verdict. */
export interface Door {
  readonly class: OperationClass;
  /** Method and path as sent, e.g. `GET /api/tags`. */
  readonly request: string;
  /** HTTP status, or null when no response came. */
  readonly status: number | null;
  readonly state: DoorState;
  /** Why `unknown`, or what settled it when that is not obvious. */
  readonly reason?: string;
  /** A side door is judged and counted, but the main door decides its class. */
  readonly side: boolean;
  /** Operations this request stands for, e.g. `POST /completion`. */
  readonly standsFor: readonly string[];
  /** What an open answer gives away. */
  readonly reveals?: string;
}

export interface AuthVerdict {
  readonly overall: OverallState;
  readonly operations: Readonly<Record<OperationClass, ClassState>>;
  readonly schemes: readonly AuthScheme[];
  readonly doors: readonly Door[];
}
