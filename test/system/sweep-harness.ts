import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PortState, PortTally } from '../../src/model/result.ts';
import type { AdmittedTarget } from '../../src/model/target.ts';
import type { Clock, OpenConnection, SweepEngine, SweepLimits, SweepProbe } from '../../src/system/ports.ts';

export interface EngineOptions {
  readonly clock?: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly handovers?: number;
}

export type CreateEngine = (options?: EngineOptions) => SweepEngine;

export const LIMITS: SweepLimits = {
  parallel: 256,
  perHost: 256,
  rate: 0,
  minTimeoutMs: 200,
  maxTimeoutMs: 2000,
  retries: 0,
};

export const NONE: PortTally = { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 };

export type Place = readonly [address: string, port: number];

/** A target that did not pass the scope check. Loopback only, but for tests inside a network namespace of their own. */
export function targetAt([address, port]: Place, inOwnNamespace = false): AdmittedTarget {
  if (!inOwnNamespace) assert.match(address, /^(127\.|::1$)/);
  return { host: address, address, port, basePath: '' } as unknown as AdmittedTarget;
}

export function* probesOf(places: Iterable<Place>, inOwnNamespace = false): Generator<SweepProbe, void> {
  let index = 0;
  for (const place of places) {
    yield { index, target: targetAt(place, inOwnNamespace) };
    index += 1;
  }
}

export interface Settlement {
  readonly state: PortState;
  readonly reason: string | null;
}

export interface SweepRecord {
  /** By the probe's index. */
  readonly settlements: readonly Settlement[];
  readonly tally: PortTally;
  readonly pressures: readonly string[];
  /** Probes for which `open` was called, in that order. */
  readonly opened: readonly SweepProbe[];
}

export interface SweepRun {
  readonly limits?: Partial<SweepLimits>;
  readonly signal?: AbortSignal;
  onOpen?(connection: OpenConnection, probe: SweepProbe, rttMs: number): Promise<void>;
  onSettled?(probe: SweepProbe, state: PortState): void;
  onPressure?(reason: string): void;
}

/** Runs a sweep and holds it to its first promise: no probe is settled twice. */
export async function record(
  engine: SweepEngine,
  source: Iterator<SweepProbe>,
  run: SweepRun = {},
): Promise<SweepRecord> {
  const settlements: Settlement[] = [];
  const tally = { ...NONE };
  const pressures: string[] = [];
  const opened: SweepProbe[] = [];
  const observer = {
    async open(probe: SweepProbe, connection: OpenConnection, rttMs: number) {
      assert.equal(connection.target, probe.target);
      opened.push(probe);
      if (run.onOpen === undefined) connection.discard();
      else await run.onOpen(connection, probe, rttMs);
    },
    settled(probe: SweepProbe, state: PortState, reason: string | null) {
      assert.equal(settlements[probe.index], undefined, `probe ${probe.index} was settled twice`);
      settlements[probe.index] = { state, reason };
      tally[state] += 1;
      run.onSettled?.(probe, state);
    },
    pressure(reason: string) {
      pressures.push(reason);
      run.onPressure?.(reason);
    },
  };

  await engine.sweep(source, { ...LIMITS, ...run.limits }, observer, run.signal ?? new AbortController().signal);

  return { settlements, tally, pressures, opened };
}

export interface VirtualClock extends Pick<Clock, 'monotonic' | 'sleep'> {
  /** How often something slept so far. */
  sleeps(): number;
}

/** Time that passes only while someone sleeps; real events get their turn in between. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  let sleeps = 0;
  return {
    monotonic: () => now,
    sleeps: () => sleeps,
    async sleep(ms) {
      sleeps += 1;
      await nextTurn();
      now += ms;
    },
  };
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** Accepts and does what `greet` says; nothing by default. */
export async function listen(host: string, greet: (socket: Socket) => void = () => {}, port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    greet(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port, backlog: 4096 }, resolve);
  });
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** tcpmux: nothing listens there. */
export const CLOSED_PORT = 1;

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
