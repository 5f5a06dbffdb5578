import { networkInterfaces } from 'node:os';
import type { Clock, SweepEngine } from './ports.ts';
import type { CreateDialer } from './sweep/dialer.ts';
import { runSweep, type SweepParts } from './sweep/engine.ts';
import { createNeighbourWatch } from './sweep/neighbours.ts';
import { createNetDialer } from './sweep/net-dialer.ts';

/** Exchanges under way beside a sweep that goes on; more accepted connections than these halt it. */
const HANDOVERS = 64;

export interface SweepOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Accepted connections whose handling may be unfinished while new probes are started; 64 unless given. */
  readonly handovers?: number;
}

/** The TCP connect sweep for every system that Node runs on: node:net and nothing else. */
export function createPortableSweep(options: SweepOptions): SweepEngine {
  const parts = sweepParts(createNetDialer, options);
  return {
    name: 'portable',
    sweep: (source, limits, observer, signal) => runSweep(parts, { source, limits, observer, signal }),
  };
}

export function sweepParts(createDialer: CreateDialer, { clock, handovers = HANDOVERS }: SweepOptions): SweepParts {
  return { createDialer, clock, neighbours: createNeighbourWatch(), hasIpv6, handovers };
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'));
}
