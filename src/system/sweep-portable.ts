import { networkInterfaces } from 'node:os';
import type { Clock, SweepEngine } from './ports.ts';
import { runSweep } from './sweep/engine.ts';
import { createNeighbourWatch } from './sweep/neighbours.ts';
import { createNetDialer } from './sweep/net-dialer.ts';

/** Exchanges under way beside a sweep that goes on; more accepted connections than these halt it. */
const HANDOVERS = 64;

export interface PortableSweepOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Accepted connections whose handling may be unfinished while new probes are started; 64 unless given. */
  readonly handovers?: number;
}

/** The TCP connect sweep for every system that Node runs on: node:net and nothing else. */
export function createPortableSweep({ clock, handovers = HANDOVERS }: PortableSweepOptions): SweepEngine {
  const parts = { createDialer: createNetDialer, clock, neighbours: createNeighbourWatch(), hasIpv6, handovers };
  return {
    name: 'portable',
    sweep: (source, limits, observer, signal) => runSweep(parts, { source, limits, observer, signal }),
  };
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'));
}
