import { mkdir, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AdmittedTarget } from '../src/model/target.ts';
import type { SweepLimits, SweepProbe } from '../src/system/ports.ts';
import type { CreateDialer } from '../src/system/sweep/dialer.ts';
import { runSweep } from '../src/system/sweep/engine.ts';
import { permutation } from '../src/targets/permutation.ts';
import { machineFacts } from './machine.ts';

/*
 * The real engine over networks that exist only here, in a time that passes only while the engine sleeps: how long a
 * /24, a /16 and a /8 take, held against the formula of docs/scale.md, and whether memory stays flat.
 */

interface Network {
  readonly name: string;
  readonly addresses: number;
  readonly ports: number;
  /** One address in so many is there; its ports answer after `rttMs`, all others never. */
  readonly thereEvery: number;
  readonly rttMs: number;
  readonly limits: Pick<SweepLimits, 'parallel' | 'rate'>;
  /** Only one of so many shards is swept, as one of as many machines would. */
  readonly shards: number;
}

const TIMEOUT_MS = 1000;
const COMMON = { perHost: 16, minTimeoutMs: TIMEOUT_MS, maxTimeoutMs: TIMEOUT_MS, retries: 0 };

const NETWORKS: readonly Network[] = [
  {
    name: '/24 × 100 ports, half of it there',
    addresses: 256,
    ports: 100,
    thereEvery: 2,
    rttMs: 1,
    limits: { parallel: 800, rate: 0 },
    shards: 1,
  },
  {
    name: '/16 × 4 ports, 1 % there',
    addresses: 65_536,
    ports: 4,
    thereEvery: 100,
    rttMs: 20,
    limits: { parallel: 8000, rate: 0 },
    shards: 1,
  },
  {
    name: '/16 × 16 ports, 1 % there, 5,000 a second',
    addresses: 65_536,
    ports: 16,
    thereEvery: 100,
    rttMs: 20,
    limits: { parallel: 8000, rate: 5000 },
    shards: 1,
  },
  {
    name: '/8 × 1 port, 1 % there, one of 16 machines',
    addresses: 2 ** 24,
    ports: 1,
    thereEvery: 100,
    rttMs: 20,
    limits: { parallel: 16_000, rate: 0 },
    shards: 16,
  },
];

export async function bench(): Promise<void> {
  const machine = machineFacts();
  console.log(`${machine.processor}, node ${machine.node}`);
  const results: unknown[] = [];
  for (const network of NETWORKS) {
    const bound = boundSeconds(network);
    const before = process.memoryUsage().heapUsed;
    const { seconds, tally, peakHeap } = await sweep(network);
    const heapMib = Math.max(0, peakHeap - before) / 2 ** 20;
    console.log(
      `${network.name}: ${seconds.toFixed(1)} s of its own time, ${(seconds / bound).toFixed(3)} of the formula's ${bound.toFixed(1)} s, heap +${heapMib.toFixed(0)} MiB`,
    );
    results.push({ ...network, seconds, bound, tally, heapMib });
  }
  const directory = fileURLToPath(new URL('./results/', import.meta.url));
  await mkdir(directory, { recursive: true });
  await writeFile(`${directory}simulate.json`, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}

/** Silence costs a place for the whole wait; a rate limit costs time whatever the answers are. */
function boundSeconds({ addresses, ports, thereEvery, rttMs, limits, shards }: Network): number {
  const probes = (addresses * ports) / shards;
  const there = probes / thereEvery;
  const waiting = ((probes - there) * TIMEOUT_MS + there * rttMs) / limits.parallel / 1000;
  const paced = limits.rate > 0 ? probes / limits.rate : 0;
  return Math.max(waiting, paced);
}

async function sweep(network: Network): Promise<{ seconds: number; tally: Record<string, number>; peakHeap: number }> {
  let now = 0;
  let peakHeap = 0;
  let sleeps = 0;
  /** What happens in which millisecond. */
  const due = new Map<number, (() => void)[]>();
  const at = (moment: number, run: () => void): void => {
    const events = due.get(moment);
    if (events) events.push(run);
    else due.set(moment, [run]);
  };
  const clock = {
    monotonic: () => now,
    async sleep(ms: number): Promise<void> {
      await nextTurn();
      for (const end = now + ms; now < end; ) {
        now += 1;
        const events = due.get(now);
        due.delete(now);
        for (const run of events ?? []) run();
        // The engine begins so many connections a turn; a millisecond of a real loop has room for one turn and more.
        await nextTurn();
      }
      sleeps += 1;
      if (sleeps % 100 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
    },
  };
  const createDialer: CreateDialer = (events) => {
    const turn: number[] = [];
    return {
      dial(line, address) {
        turn[line] = (turn[line] ?? 0) + 1;
        const mine = turn[line];
        if (!isThere(address, network)) return;
        at(Math.floor(now) + network.rttMs, () => {
          if (turn[line] !== mine) return;
          events.failed(line, 'ECONNREFUSED');
          events.idle(line);
        });
      },
      hangUp(line) {
        turn[line] = (turn[line] ?? 0) + 1;
        queueMicrotask(() => events.idle(line));
      },
      catchUp() {},
      end() {},
    };
  };
  const tally: Record<string, number> = {};
  await runSweep(
    { createDialer, clock, neighbours: { overflows: () => null }, hasIpv6: () => false, handovers: 64 },
    {
      source: probesOf(network),
      limits: { ...COMMON, ...network.limits },
      observer: {
        open: async () => undefined,
        settled: (_probe, state) => {
          tally[state] = (tally[state] ?? 0) + 1;
        },
        pressure: (reason) => console.error(`short of ${reason}`),
      },
      signal: new AbortController().signal,
    },
  );
  return { seconds: now / 1000, tally, peakHeap };
}

function* probesOf({ addresses, ports, shards }: Network): Generator<SweepProbe, void> {
  const order = permutation(addresses * ports, 1);
  for (let place = 0, index = 0; place < addresses * ports; place += shards, index += 1) {
    const number = order(place);
    const house = Math.floor(number / ports);
    const address = `10.${house >>> 16}.${(house >>> 8) & 255}.${house & 255}`;
    yield {
      index,
      target: { host: address, address, port: 8000 + (number % ports), basePath: '' } as unknown as AdmittedTarget,
    };
  }
}

function isThere(address: string, { thereEvery }: Network): boolean {
  const [, a = 0, b = 0, c = 0] = address.split('.').map(Number);
  return (a * 65_536 + b * 256 + c) % thereEvery === 0;
}
