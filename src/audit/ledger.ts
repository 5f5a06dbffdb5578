import { PORT_STATES, type PortState, type PortTally } from '../model/result.ts';
import type { ScanPosition } from './scan-request.ts';

/**
 * The books of a sweep: which probes are under way, which are done, how each ended.
 * A probe is done when it is settled and, if its port was open, the endpoint behind it was examined;
 * only then may a resumed run leave it out.
 */
export interface Ledger {
  /** The next index to probe, or null when all have been taken. */
  take(): number | null;
  settle(index: number, state: PortState): void;
  /** The endpoint behind an open port was examined. */
  examined(index: number): void;
  /** Probes settled in this run. */
  readonly settled: number;
  /** All of the space accounted for; what was not done is `skipped`. */
  tally(): PortTally;
  readonly complete: boolean;
  position(seed: number): ScanPosition;
}

/** Finished indices kept before those below the low-water mark are forgotten. */
const SWEEP_MARKS = 4096;

export function createLedger(size: number, from: ScanPosition | null, earlier: PortTally | null): Ledger {
  const already = new Set(from?.done ?? []);
  const underWay = new Set<number>();
  const finished = new Set<number>(already);
  const counts = Object.fromEntries(
    PORT_STATES.map((state) => [state, state === 'skipped' ? 0 : (earlier?.[state] ?? 0)]),
  ) as Record<PortState, number>;
  const unexamined = new Set<number>();
  let next = from?.next ?? 0;
  let settled = 0;

  const lowWater = (): number => {
    let low = next;
    for (const index of underWay) if (index < low) low = index;
    return low;
  };

  const finish = (index: number): void => {
    underWay.delete(index);
    finished.add(index);
    if (finished.size < SWEEP_MARKS) return;
    const low = lowWater();
    for (const done of finished) if (done < low) finished.delete(done);
  };

  return {
    take() {
      while (already.has(next)) next += 1;
      if (next >= size) return null;
      underWay.add(next);
      next += 1;
      return next - 1;
    },
    settle(index, state) {
      settled += 1;
      if (state === 'skipped') return;
      counts[state] += 1;
      if (state === 'open') unexamined.add(index);
      else finish(index);
    },
    examined(index) {
      unexamined.delete(index);
      finish(index);
    },
    get settled() {
      return settled;
    },
    tally() {
      const tally = { ...counts, open: counts.open - unexamined.size };
      const done = PORT_STATES.reduce((sum, state) => sum + tally[state], 0);
      return { ...tally, skipped: size - done };
    },
    get complete() {
      return next >= size && underWay.size === 0;
    },
    position(seed) {
      const low = lowWater();
      return { seed, next: low, done: [...finished].filter((index) => index >= low).sort((a, b) => a - b) };
    },
  };
}
