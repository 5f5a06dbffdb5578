import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SweepEngine } from '../../src/system/ports.ts';
import type { CreateDialer } from '../../src/system/sweep/dialer.ts';
import { runSweep, type SweepParts } from '../../src/system/sweep/engine.ts';

/** What comes of one attempt: an error code, `open`, or nothing at all. */
export interface Answer {
  readonly gives: string | 'open' | 'silence';
  readonly afterMs?: number;
}

export interface Attempt {
  readonly address: string;
  readonly port: number;
  /** How many attempts at this address and port there were before. */
  readonly nth: number;
  readonly startedAt: number;
  endedAt: number;
}

export interface Simulation {
  readonly engine: SweepEngine;
  readonly attempts: readonly Attempt[];
  readonly mostAtOnce: () => number;
  readonly mostPerAddress: () => number;
}

interface Event {
  readonly at: number;
  run(): void;
}

/** The engine over a network that exists only here, in a time that passes only while the engine sleeps. */
export function simulate(answerOf: (attempt: Attempt) => Answer, parts: Partial<SweepParts> = {}): Simulation {
  let now = 0;
  let events: Event[] = [];
  const attempts: Attempt[] = [];
  const counts = new Map<string, number>();
  const underWay = new Map<number, Attempt>();
  let mostAtOnce = 0;
  let mostPerAddress = 0;

  const clock = {
    monotonic: () => now,
    async sleep(ms: number) {
      const end = now + ms;
      await nextTurn();
      for (let event = takeDue(end); event !== null; event = takeDue(end)) {
        now = Math.max(now, event.at);
        event.run();
      }
      now = end;
    },
  };

  function takeDue(end: number): Event | null {
    const due = events.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (due === undefined) return null;
    events = events.filter((event) => event !== due);
    return due;
  }

  const createDialer: CreateDialer = (sweep) => ({
    dial(line, address, port) {
      const place = `${address} ${port}`;
      const nth = counts.get(place) ?? 0;
      counts.set(place, nth + 1);
      const attempt = { address, port, nth, startedAt: now, endedAt: Number.NaN };
      attempts.push(attempt);
      underWay.set(line, attempt);
      mostAtOnce = Math.max(mostAtOnce, underWay.size);
      const same = [...underWay.values()].filter((other) => other.address === address).length;
      mostPerAddress = Math.max(mostPerAddress, same);
      const { gives, afterMs = 1 } = answerOf(attempt);
      if (gives === 'silence') return;
      events.push({
        at: now + afterMs,
        run() {
          if (underWay.get(line) !== attempt) return;
          underWay.delete(line);
          attempt.endedAt = now;
          if (gives === 'open') sweep.accepted(line, new Socket());
          else sweep.failed(line, gives);
          sweep.idle(line);
        },
      });
    },
    hangUp(line) {
      const attempt = underWay.get(line);
      if (attempt === undefined) return;
      underWay.delete(line);
      attempt.endedAt = now;
      events.push({ at: now, run: () => sweep.idle(line) });
    },
    catchUp() {},
    end() {},
  });

  const all: SweepParts = {
    createDialer,
    clock,
    neighbours: { overflows: () => null },
    hasIpv6: () => true,
    handovers: 64,
    ...parts,
  };
  return {
    engine: {
      name: 'simulated',
      sweep: (source, limits, observer, signal) => runSweep(all, { source, limits, observer, signal }),
    },
    attempts,
    mostAtOnce: () => mostAtOnce,
    mostPerAddress: () => mostPerAddress,
  };
}
