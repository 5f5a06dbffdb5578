import pLimit from 'p-limit';
import type { Clock } from '../system/ports.ts';
import type { Turnstile } from '../tls/gather-answer.ts';

export interface TurnstileLimits {
  /** Connections under way at once: overall and to one address. */
  readonly parallel: number;
  readonly perHost: number;
  /** Connections to one port in all. */
  readonly maxConnections: number;
  /** Least time between two connections to one address, in milliseconds. */
  readonly paceMs: number;
}

type Limit = ReturnType<typeof pLimit>;

/** Makes turnstiles that share the two limits: one for the run, one for each address. */
export function turnstiles(limits: TurnstileLimits, clock: Clock, signal: AbortSignal): (address: string) => Turnstile {
  const overall = pLimit(limits.parallel);
  const hosts = new Map<string, { readonly limit: Limit; next: number }>();

  return (address) => {
    const host = hosts.get(address) ?? { limit: pLimit(limits.perHost), next: 0 };
    hosts.set(address, host);
    let passed = 0;
    return {
      get passed() {
        return passed;
      },
      async enter() {
        if (signal.aborted || passed >= limits.maxConnections) return null;
        passed += 1;
        const leaveHost = await place(host.limit);
        const leaveAll = await place(overall);
        const leave = (): void => {
          leaveAll();
          leaveHost();
        };
        if (limits.paceMs > 0) {
          const now = clock.monotonic();
          const start = Math.max(now, host.next);
          host.next = start + limits.paceMs;
          if (start > now) await clock.sleep(start - now, signal);
        }
        if (!signal.aborted) return leave;
        leave();
        passed -= 1;
        return null;
      },
    };
  };
}

/** Waits for a place under a limit; the place is held until the returned function is called. */
function place(limit: Limit): Promise<() => void> {
  return new Promise((entered) => {
    void limit(() => new Promise<void>((leave) => entered(leave)));
  });
}
