import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { takeSocket } from '../../src/system/open-connection.ts';
import type { SweepProbe } from '../../src/system/ports.ts';
import { startDeafListener } from './sweep-deaf-listener.ts';
import {
  CLOSED_PORT,
  type CreateEngine,
  createVirtualClock,
  listen,
  NONE,
  type Place,
  probesOf,
  record,
  targetAt,
  until,
} from './sweep-harness.ts';

export function limitCases(name: string, create: CreateEngine): void {
  describe(`${name}: limits`, () => {
    it('accounts for every one of 6,400 probes', async () => {
      const listener = await listen('127.7.0.64');
      const places = loopbackPlaces(6400, (n) => (n % 64 === 0 ? listener.port : CLOSED_PORT));

      const result = await record(create(), probesOf(places));

      assert.deepEqual(result.tally, { ...NONE, open: 1, closed: 6399 });
      assert.equal(result.settlements.filter((settlement) => settlement !== undefined).length, 6400);
      await listener.close();
    });

    it('reads its source no further than it needs to', async () => {
      let taken = 0;
      let settled = 0;
      let furthest = 0;
      const source = counted(loopbackPlaces(2000), () => {
        taken += 1;
        furthest = Math.max(furthest, taken - settled);
      });

      await record(create(), source, {
        limits: { parallel: 16 },
        onSettled: () => {
          settled += 1;
        },
      });

      assert(furthest <= 16, `${furthest} probes were taken and not settled`);
    });

    it('keeps nothing of finished probes', async () => {
      const heap: number[] = [];
      const total = 40_000;
      const source = counted(loopbackPlaces(total), (n) => {
        if (n === 10_000 || n === total) heap.push(heapAfterCollection());
      });
      const observer = { open: async () => {}, settled: () => {}, pressure: () => {} };
      const limits = { parallel: 256, perHost: 4, rate: 0, minTimeoutMs: 200, maxTimeoutMs: 2000, retries: 1 };

      await create().sweep(source, limits, observer, new AbortController().signal);

      const [before = 0, after = 0] = heap;
      assert(after - before < 750_000, `the heap grew by ${after - before} bytes over 30,000 probes`);
    });

    it('stops when it is told to, and says which probes it left', async () => {
      const deaf = await startDeafListener();
      const aborter = new AbortController();
      let taken = 0;
      let returned = false;
      const source = counted(
        concat(
          Array.from({ length: 10 }, (): Place => ['127.0.0.1', deaf.port]),
          loopbackPlaces(1_000_000),
        ),
        () => {
          taken += 1;
        },
        () => {
          returned = true;
        },
      );
      // The first ten go to a port that is silent for far longer than this test runs.
      const limits = { perHost: 1_000_000, minTimeoutMs: 600_000, maxTimeoutMs: 600_000 };

      const result = await record(create(), source, {
        limits,
        signal: aborter.signal,
        onSettled: ({ index }) => {
          if (index === 500) aborter.abort();
        },
      });

      const { closed, skipped } = result.tally;
      assert.equal(closed + skipped, taken);
      assert.deepEqual(
        result.settlements.slice(0, 10),
        Array.from({ length: 10 }, () => ({ state: 'skipped', reason: 'aborted' })),
      );
      assert(taken < 5000, `${taken} probes were taken`);
      assert(returned, 'the source was not told');
      await deaf.close();
    });

    it('takes nothing when it was stopped before it began', async () => {
      let taken = 0;
      const source = counted(loopbackPlaces(10), () => {
        taken += 1;
      });

      const result = await record(create(), source, { signal: AbortSignal.abort() });

      assert.equal(taken, 0);
      assert.deepEqual(result.tally, NONE);
    });

    it('starts no more than the rate allows, and never more than 50 ms worth of it at once', async () => {
      const clock = createVirtualClock();
      const starts: number[] = [];
      const source = counted(loopbackPlaces(400), () => starts.push(clock.monotonic()));

      await record(create({ clock }), source, { limits: { rate: 1000 } });

      const atOnce = starts.map((start) => starts.filter((other) => other === start).length);
      assert(Math.max(...atOnce) <= 50, `${Math.max(...atOnce)} probes at one moment`);
      for (const [n, start] of starts.entries()) {
        const soonAfter = starts.filter((other) => other >= start && other < start + 100).length;
        assert(soonAfter <= 100 + 50, `${soonAfter} probes in the 100 ms after probe ${n}`);
      }
      assert((starts.at(-1) ?? 0) >= 350, 'the whole took less time than the rate allows');
    });

    it('keeps to its limit for one host until the connections it handed over are done with', async () => {
      const connected = new Set<number | undefined>();
      let most = 0;
      const greet = (socket: Socket) => {
        const { remotePort } = socket;
        connected.add(remotePort);
        most = Math.max(most, connected.size);
        socket.resume().on('close', () => connected.delete(remotePort));
      };
      const listener = await listen('127.0.0.1', greet);
      const places = Array.from({ length: 60 }, (): Place => ['127.0.0.1', listener.port]);

      const result = await record(create(), probesOf(places), {
        limits: { perHost: 3 },
        async onOpen(connection) {
          const socket = takeSocket(connection);
          const { localPort } = socket;
          await until(() => most >= 3 && connected.has(localPort));
          socket.destroy();
          await until(() => !connected.has(localPort));
        },
      });

      assert.equal(result.tally.open, 60);
      assert.equal(most, 3);
      await listener.close();
    });

    it('goes on with other hosts while one is at its limit', async () => {
      const deaf = await startDeafListener();
      const places: Place[] = [
        ...Array.from({ length: 50 }, (): Place => ['127.0.0.1', deaf.port]),
        ...loopbackPlaces(500),
      ];
      const aborter = new AbortController();
      let closed = 0;

      const result = await record(create(), probesOf(places), {
        limits: { parallel: 4, perHost: 2, minTimeoutMs: 600_000, maxTimeoutMs: 600_000 },
        signal: aborter.signal,
        onSettled: (_probe, state) => {
          if (state === 'closed') closed += 1;
          if (closed === 500) aborter.abort();
        },
      });

      assert.deepEqual(result.tally, { ...NONE, closed: 500, skipped: 50 });
      await deaf.close();
    });

    it('waits with new probes while too many connections are being handled', async () => {
      const listener = await listen('127.0.0.1');
      const clock = createVirtualClock();
      const places = Array.from({ length: 100 }, (): Place => ['127.0.0.1', listener.port]);
      const held: (() => void)[] = [];
      let taken = 0;
      const source = counted(places, () => {
        taken += 1;
      });
      const sweep = record(create({ clock, handovers: 4 }), source, {
        limits: { parallel: 8 },
        async onOpen(connection) {
          await new Promise<void>((resolve) => held.push(resolve));
          connection.discard();
        },
      });

      await until(() => held.length > 4);
      const later = clock.sleeps() + 50;
      await until(() => clock.sleeps() > later);
      const takenWhileHeld = taken;
      while (taken < 100 || held.length > 0) {
        held.shift()?.();
        await nextTurn();
      }
      const result = await sweep;

      // Four may be unfinished, one more stops the sweep, and what was under way then still arrives.
      assert(takenWhileHeld <= 4 + 1 + 8, `${takenWhileHeld} probes were taken`);
      assert.equal(result.tally.open, 100);
      await listener.close();
    });
  });

  describe(`${name}: faults of its callers`, () => {
    const places = [...loopbackPlaces(300)];

    it('ends with the exception of an observer', async () => {
      const sweep = record(create(), probesOf(places), {
        onSettled: ({ index }) => {
          if (index === 100) throw new Error('observer');
        },
      });

      await assert.rejects(sweep, /^Error: observer$/);
    });

    it('ends with the exception of a source', async () => {
      const source = counted(places, (n) => {
        if (n === 100) throw new Error('source');
      });

      await assert.rejects(record(create(), source), /^Error: source$/);
    });

    it('ends with the rejection of a handler', async () => {
      const listener = await listen('127.0.0.1');
      const sweep = record(create(), probesOf([['127.0.0.1', listener.port], ...places]), {
        onOpen: async (connection) => {
          connection.discard();
          throw new Error('handler');
        },
      });

      await assert.rejects(sweep, /^Error: handler$/);
      await listener.close();
    });
  });
}

function* loopbackPlaces(count: number, portOf = (_n: number) => CLOSED_PORT): Generator<Place, void> {
  for (let n = 0; n < count; n++) yield [`127.7.${(n >> 8) & 255}.${n & 255}`, portOf(n)];
}

function* concat(...parts: Iterable<Place>[]): Generator<Place, void> {
  for (const part of parts) yield* part;
}

function* counted(
  places: Iterable<Place>,
  onTake: (taken: number) => void,
  onReturn = () => {},
): Generator<SweepProbe, void> {
  let index = 0;
  try {
    for (const place of places) {
      onTake(index + 1);
      yield { index, target: targetAt(place) };
      index += 1;
    }
  } finally {
    onReturn();
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
