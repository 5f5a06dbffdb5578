import type { Notification } from '../model/notification.ts';
import type { Clock, Post, PostOutcome } from '../system/ports.ts';

export interface DeliveryLimits {
  readonly attempts: number;
  /** Longest time for one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Wait before the second attempt; each further one waits twice as long. */
  readonly backoffMs: number;
  /** Whatever a receiver asks for with Retry-After, no wait is longer. */
  readonly longestWaitMs: number;
}

export const DELIVERY_LIMITS: DeliveryLimits = {
  attempts: 4,
  timeoutMs: 10_000,
  backoffMs: 1_000,
  longestWaitMs: 15_000,
};

export type Delivery =
  | { readonly status: 'delivered'; readonly attempts: number }
  | { readonly status: 'failed'; readonly attempts: number; readonly reason: string };

/** RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4: the same request may succeed later. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Sends until it is taken, refused for good, or tried often enough. Never throws: nothing depends on it. */
export async function deliver(
  notification: Notification,
  post: Post,
  clock: Clock,
  signal: AbortSignal,
  limits: DeliveryLimits = DELIVERY_LIMITS,
): Promise<Delivery> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await post(notification, { timeoutMs: limits.timeoutMs, signal });
    if (outcome.status === 'answered' && outcome.code >= 200 && outcome.code < 300)
      return { status: 'delivered', attempts: attempt };
    const reason = reasonOf(outcome);
    if (!mayPass(outcome) || attempt >= limits.attempts || signal.aborted)
      return { status: 'failed', attempts: attempt, reason };
    await clock.sleep(waitFor(outcome, attempt, limits), signal);
  }
}

function mayPass(outcome: PostOutcome): boolean {
  return outcome.status === 'failed' || outcome.code >= 500 || PASSING.has(outcome.code);
}

function waitFor(outcome: PostOutcome, attempt: number, { backoffMs, longestWaitMs }: DeliveryLimits): number {
  const asked = outcome.status === 'answered' ? outcome.retryAfterSeconds : null;
  return Math.min(asked === null ? backoffMs * 2 ** (attempt - 1) : asked * 1000, longestWaitMs);
}

function reasonOf(outcome: PostOutcome): string {
  if (outcome.status === 'failed') return outcome.reason;
  if (outcome.code >= 300 && outcome.code < 400) return `answered ${outcome.code}; redirects are not followed`;
  return `answered ${outcome.code}`;
}
