import { readFileSync } from 'node:fs';
import type { OpenConnection, SweepLimits } from '../../src/system/ports.ts';
import { type CreateEngine, listen, type Place, probesOf, record, type SweepRecord } from './sweep-harness.ts';

/** A sweep to be run by a process with limits, or a network, of its own; given in `SWEEP_TASK`, reported on stdout. */
export interface ChildTask {
  /** URL of a module that exports `createEngine`. */
  readonly module: string;
  readonly listeners?: readonly Place[];
  readonly places: readonly Place[];
  /** Each place is probed on so many addresses, counted on from its own; only on that one unless given. */
  readonly houses?: number;
  /** How often all places are probed; once unless given. */
  readonly repeat?: number;
  readonly limits?: Partial<SweepLimits>;
  /** Keeps accepted connections until the engine has told of a shortage. */
  readonly holdUntilPressure?: boolean;
}

export interface ChildReport extends SweepRecord {
  /** TCP sockets of this network namespace that wait in TIME_WAIT after the sweep. */
  readonly timeWait: number;
}

async function run(task: ChildTask): Promise<ChildReport> {
  const { createEngine }: { createEngine: CreateEngine } = await import(task.module);
  for (const [host, port] of task.listeners ?? []) await listen(host, undefined, port);
  const street = task.places.flatMap((place) => Array.from({ length: task.houses ?? 1 }, (_, n) => moved(place, n)));
  const places = Array.from({ length: task.repeat ?? 1 }, () => street).flat();
  let release = () => {};
  const pressed = new Promise<void>((resolve) => {
    release = resolve;
  });

  const result = await record(createEngine(), probesOf(places, true), {
    limits: task.limits,
    onPressure: release,
    async onOpen(connection: OpenConnection) {
      if (task.holdUntilPressure) await pressed;
      connection.discard();
    },
  });

  const sockets = readFileSync('/proc/net/sockstat', 'latin1');
  return { ...result, timeWait: Number(/^TCP:.* tw (\d+)/m.exec(sockets)?.[1]) };
}

/** The place `n` addresses on. */
function moved([address, port]: Place, n: number): Place {
  if (n === 0) return [address, port];
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + n;
  return [[24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.'), port];
}

const report = await run(JSON.parse(process.env.SWEEP_TASK ?? ''));
process.stdout.write(JSON.stringify(report), () => process.exit());
