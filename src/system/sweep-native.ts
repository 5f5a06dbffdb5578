import type { SweepEngine } from './ports.ts';
import { runSweep } from './sweep/engine.ts';
import { adoptingDialer } from './sweep/native/adopt.ts';
import { createEpollDialer } from './sweep/native/epoll-dialer.ts';
import type { Libc } from './sweep/native/libc.ts';
import { type SweepOptions, sweepParts } from './sweep-portable.ts';

/**
 * The TCP connect sweep with the kernel's own calls, for Linux on x64 and arm64. The same sweep as the portable one:
 * only the dialer differs.
 */
export function createNativeSweep(libc: Libc, options: SweepOptions): SweepEngine {
  const createDialer = adoptingDialer((events) => createEpollDialer(libc, events));
  const parts = sweepParts(createDialer, options);
  return {
    name: 'native',
    sweep: (source, limits, observer, signal) => runSweep(parts, { source, limits, observer, signal }),
  };
}
