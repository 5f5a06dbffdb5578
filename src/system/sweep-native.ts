import type { SweepEngine } from './ports.ts';
import { runSweep } from './sweep/engine.ts';
import { fallingBackDialer } from './sweep/fallback-dialer.ts';
import { adopting } from './sweep/native/adopt.ts';
import { createEpollDialer } from './sweep/native/epoll-dialer.ts';
import type { Libc } from './sweep/native/libc.ts';
import { createNeighbourTables } from './sweep/native/neighbour-tables.ts';
import type { NeighbourWatch } from './sweep/neighbours.ts';
import { createNetDialer } from './sweep/net-dialer.ts';
import { type SweepOptions, sweepParts } from './sweep-portable.ts';

export interface NativeSweepOptions extends SweepOptions {
  readonly libc: Libc;
  /** The engine met something unexpected and goes on as the portable one does. */
  onFallback(error: unknown): void;
}

/**
 * The TCP connect sweep with the kernel's own calls, for Linux on x64 and arm64. The same sweep as the portable one:
 * only the dialer differs.
 */
export function createNativeSweep({ libc, onFallback, ...options }: NativeSweepOptions): SweepEngine {
  const createDialer = fallingBackDialer(
    (events, broke) => createEpollDialer(libc, adopting(events), broke),
    createNetDialer,
    onFallback,
  );
  const { neighbours: seenInFiles, ...parts } = sweepParts(createDialer, options);
  const tables = createNeighbourTables(libc);
  const neighbours: NeighbourWatch = { overflows: () => tables.overflows() ?? seenInFiles.overflows() };
  return {
    name: 'native',
    sweep: (source, limits, observer, signal) =>
      runSweep({ ...parts, neighbours }, { source, limits, observer, signal }),
  };
}
