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
};
const LONGEST_PAUSE_MS = 8000;
/** 16 attempts span 66 seconds: longer than a closed connection keeps its local port (TIME_WAIT, 60 s on Linux). */
const PATIENCE = 16;
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
  const hopeless = new Set<Shortage>();
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
      if (hopeless.size > 0) hopeless.clear();
      if (told.size > 0 && window.isFull()) told.clear();
    },
    retryAt(job, shortage, now) {
      tighten(shortage, now);
      job.starved += 1;
      if (job.starved > PATIENCE) hopeless.add(shortage);
      if (hopeless.has(shortage)) return null;

      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS[shortage] * 2 ** (job.starved - 1));
      quietUntil = Math.ceil((now + pause) / GRAIN_MS) * GRAIN_MS;
      return quietUntil;
    },
  };
}
