import type { Job } from './job.ts';
import type { Shortage } from './verdict.ts';
import { createWindow } from './window.ts';

/**
 * First pause after a shortage, in milliseconds; doubled for a job that meets another one. A full neighbour table
 * takes longer to empty: an address that nobody has is given up after three seconds (mcast_solicit × retrans_time).
 */
const FIRST_PAUSE_MS: Readonly<Record<Shortage, number>> = {
  'file descriptors': 20,
  'local ports': 20,
  'kernel memory': 20,
  'neighbour table': 1000,
  'native engine': 20,
  // Second chances of what was lost before the cut must have been answered before the next.
  'packets lost on the way': 1000,
};
const LONGEST_PAUSE_MS = 8000;
/** How long a sweep that is at a standstill waits before it tries the next job. */
const LONGEST_QUIET_MS = 1000;
/** Longer than a closed connection keeps its local port (TIME_WAIT, 60 s on Linux). */
const PATIENCE_MS = 66_000;
/** As many attempts as fit into that time with the pauses above. */
const PATIENCE_ATTEMPTS = 16;
/** Moments are rounded up to this, so that jobs wake in groups. */
const GRAIN_MS = 20;

/** Slows the sweep down while this machine is short of something. */
export interface Throttle {
  admits(active: number, nowMs: number): boolean;
  /** A probe ended without a shortage. */
  ease(): void;
  /** A shortage was seen. */
  tighten(shortage: Shortage, nowMs: number): void;
  /** When a job that a shortage prevented may be tried again, or null when waiting longer is useless. */
  retryAt(job: Job, shortage: Shortage, nowMs: number): number | null;
}

/**
 * @param tell called once for each kind of shortage, and again only after the sweep was back at full width.
 */
export function createThrottle(limit: number, tell: (shortage: Shortage) => void): Throttle {
  const window = createWindow(limit);
  const told = new Set<Shortage>();
  let starvingSince = Number.POSITIVE_INFINITY;
  let tightenedUntil = Number.NEGATIVE_INFINITY;
  let quietUntil = Number.NEGATIVE_INFINITY;

  function tighten(shortage: Shortage, now: number): void {
    // What fails together failed for one reason: one cut.
    if (now >= tightenedUntil) {
      window.halve();
      tightenedUntil = now + FIRST_PAUSE_MS[shortage];
    }
    if (told.has(shortage)) return;
    told.add(shortage);
    tell(shortage);
  }

  return {
    tighten,
    // With nothing under way no event will come to show that there is room again: wait for the moment itself.
    admits: (active, now) => active < window.size() && (active > 0 || now >= quietUntil),
    ease() {
      window.grow();
      starvingSince = Number.POSITIVE_INFINITY;
      if (told.size > 0 && window.isFull()) told.clear();
    },
    retryAt(job, shortage, now) {
      tighten(shortage, now);
      job.starved += 1;
      starvingSince = Math.min(starvingSince, now);
      // Either this one place has the trouble, or nothing at all has worked for as long as it is worth waiting.
      if (job.starved > PATIENCE_ATTEMPTS || now - starvingSince > PATIENCE_MS) return null;

      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS[shortage] * 2 ** (job.starved - 1));
      quietUntil = now + Math.min(pause, LONGEST_QUIET_MS);
      return Math.ceil((now + pause) / GRAIN_MS) * GRAIN_MS;
    },
  };
}
