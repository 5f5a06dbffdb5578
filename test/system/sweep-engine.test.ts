import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NONE, type Place, probesOf, record } from './sweep-harness.ts';
import { type Answer, type Attempt, simulate } from './sweep-simulation.ts';

const REFUSED: Answer = { gives: 'ECONNREFUSED' };
const SILENT: Answer = { gives: 'silence' };
/** Longer than the grain of time by which waiting is measured out. */
const TICK = 20;

describe('the sweep: every probe is settled once, within its limits', () => {
  const behaviour = fc.record({
    host: fc.integer({ min: 1, max: 9 }),
    shortages: fc.integer({ min: 0, max: 5 }),
    shortage: fc.constantFrom('EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRNOTAVAIL', 'EADDRINUSE'),
    end: fc.constantFrom('ECONNREFUSED', 'open', 'silence', 'EHOSTUNREACH', 'EPROTO'),
    afterMs: fc.integer({ min: 0, max: 150 }),
  });
  const states = {
    ECONNREFUSED: 'closed',
    open: 'open',
    silence: 'filtered',
    EHOSTUNREACH: 'unreachable',
    EPROTO: 'error',
  } as const;

  it('whatever the answers and the shortages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { maxLength: 120 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (behaviours, parallel, perHost) => {
          const places = behaviours.map(({ host }, n): Place => [`127.0.0.${host}`, n + 1]);
          const simulation = simulate(({ port, nth }) => {
            const { shortages, shortage, end, afterMs } = behaviours[port - 1] ?? assert.fail();
            return nth < shortages ? { gives: shortage, afterMs: 0 } : { gives: end, afterMs };
          });

          const result = await record(simulation.engine, probesOf(places), { limits: { parallel, perHost } });

          assert.deepEqual(
            result.settlements.map(({ state }) => state),
            behaviours.map(({ end }) => states[end]),
          );
          assert(simulation.mostAtOnce() <= parallel);
          assert(simulation.mostPerAddress() <= perHost);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('also when it is stopped at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 0, max: 79 }),
        async (behaviours, stopAfter) => {
          const aborter = new AbortController();
          const places = behaviours.map(({ host }, n): Place => [`127.0.0.${host}`, n + 1]);
          let taken = 0;
          let settled = 0;
          const source = probesOf(countTaken(places));
          const { engine } = simulate(({ port }) => {
            const { end, afterMs } = behaviours[port - 1] ?? assert.fail();
            return { gives: end, afterMs };
          });

          const result = await record(engine, source, {
            limits: { parallel: 7, perHost: 2 },
            signal: aborter.signal,
            onSettled: () => {
              settled += 1;
              if (settled > stopAfter) aborter.abort();
            },
          });

          assert.equal(sum(result.tally), taken);

          function* countTaken(all: readonly Place[]): Generator<Place> {
            for (const place of all) {
              taken += 1;
              yield place;
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the sweep: waiting for answers', () => {
  it('waits a second before it knows better, and close to the round trip once it does', async () => {
    const slow = simulate(({ port }) => (port === 1 ? SILENT : { gives: 'ECONNREFUSED', afterMs: 100 }));
    const places: Place[] = Array.from({ length: 60 }, (_, n) => ['127.0.0.1', n === 0 || n === 59 ? 1 : 2]);
    const limits = { parallel: 1, minTimeoutMs: 50, maxTimeoutMs: 5000 };

    await record(slow.engine, probesOf(places), { limits });

    const [first = Number.NaN, last = Number.NaN] = slow.attempts.filter(({ port }) => port === 1).map(durationOf);
    assert(first >= 1000 && first <= 1000 + TICK, `${first} ms at first`);
    assert(last >= 100 && last <= 150 + TICK, `${last} ms in the end`);
  });

  it('keeps to its bounds', async () => {
    const { engine, attempts } = simulate(() => SILENT);
    const limits = { minTimeoutMs: 100, maxTimeoutMs: 300 };

    await record(engine, probesOf([['127.0.0.1', 1]]), { limits });

    const [waited = Number.NaN] = attempts.map(durationOf);
    assert(waited >= 300 && waited <= 300 + TICK, `${waited} ms`);
  });

  it('finds a slow network behind a fast one by waiting longer the second time', async () => {
    const { engine } = simulate(({ address }) => ({ gives: 'open', afterMs: address === '127.0.0.9' ? 190 : 1 }));
    const fast = Array.from({ length: 100 }, (_, n): Place => ['127.0.0.1', n + 1]);
    const slow = Array.from({ length: 100 }, (_, n): Place => ['127.0.0.9', n + 1]);
    const limits = { parallel: 1, minTimeoutMs: 100, maxTimeoutMs: 2000, retries: 1 };

    const result = await record(engine, probesOf([...fast, ...slow]), { limits });

    assert.equal(result.tally.open, 200);
  });
});

describe('the sweep: second chances', () => {
  const limits = { parallel: 1, minTimeoutMs: 100, maxTimeoutMs: 100, retries: 3 };
  const port = (n: number): Place => ['127.0.0.1', n];
  const triesAt = (attempts: readonly Attempt[], n: number) => attempts.filter((each) => each.port === n).length;

  it('go in full to a host that answered before', async () => {
    const { engine, attempts } = simulate((attempt) => (attempt.port === 1 ? REFUSED : SILENT));

    await record(engine, probesOf([port(1), port(2)]), { limits });

    assert.equal(triesAt(attempts, 2), 1 + 3);
  });

  it('go once to a host that was never heard, and not again for its other ports', async () => {
    const { engine, attempts } = simulate(() => SILENT);

    const result = await record(engine, probesOf([port(1), port(2), port(3)]), { limits });

    assert.deepEqual(
      [1, 2, 3].map((n) => triesAt(attempts, n)),
      [2, 1, 1],
    );
    assert.deepEqual(result.tally, { ...NONE, filtered: 3 });
  });

  it('come back when such a host answers after all', async () => {
    const { engine, attempts } = simulate((attempt) => (attempt.port === 2 ? REFUSED : SILENT));

    await record(engine, probesOf([port(1), port(2), port(3)]), { limits });

    assert.deepEqual(
      [1, 2, 3].map((n) => triesAt(attempts, n)),
      [2, 1, 4],
    );
  });

  it('are none when none are wanted', async () => {
    const { engine, attempts } = simulate(() => SILENT);

    await record(engine, probesOf([port(1)]), { limits: { ...limits, retries: 0 } });

    assert.equal(attempts.length, 1);
  });
});

describe('the sweep: shortages', () => {
  const many = Array.from({ length: 300 }, (_, n): Place => [`127.0.1.${n % 250}`, n + 1]);

  it('are told once, and once more when they come back after a full recovery', async () => {
    const { engine } = simulate(({ port, nth }) => {
      const short = nth === 0 && ((port > 10 && port < 20) || (port > 250 && port < 260));
      return short ? { gives: 'EMFILE' } : REFUSED;
    });

    const result = await record(engine, probesOf(many), { limits: { parallel: 8 } });

    assert.deepEqual(result.pressures, ['file descriptors', 'file descriptors']);
    assert.equal(result.tally.closed, 300);
  });

  it('end as errors when they never pass, without keeping the rest waiting', async () => {
    const { engine, attempts } = simulate(() => ({ gives: 'ENFILE', afterMs: 0 }));

    const result = await record(engine, probesOf(many), { limits: { parallel: 8 } });

    assert.deepEqual(result.tally, { ...NONE, error: 300 });
    assert.deepEqual(result.settlements[299], { state: 'error', reason: 'ENFILE' });
    const tookMs = attempts.at(-1)?.startedAt ?? 0;
    assert(tookMs > 60_000 && tookMs < 120_000, `it took ${tookMs} ms`);
  });

  it('are not seen in an IPv6 target on a machine without IPv6', async () => {
    const { engine } = simulate(() => ({ gives: 'EADDRNOTAVAIL' }), { hasIpv6: () => false });

    const result = await record(engine, probesOf([['::1', 1]]));

    assert.deepEqual(result.settlements, [{ state: 'unreachable', reason: 'EADDRNOTAVAIL' }]);
    assert.deepEqual(result.pressures, []);
  });

  it('of the neighbour table show in its counter, and silence meanwhile proves nothing', async () => {
    // Ten first attempts are lost to the full table; the counter shows it only at the next look.
    let overflows = 0;
    const lost = ({ port, nth }: Attempt) => nth === 0 && port <= 10;
    const { engine } = simulate(
      (attempt) => {
        if (!lost(attempt)) return REFUSED;
        overflows += 1;
        return SILENT;
      },
      { neighbours: { overflows: () => overflows } },
    );

    const result = await record(engine, probesOf(many), { limits: { minTimeoutMs: 500, retries: 0 } });

    assert.deepEqual(result.tally, { ...NONE, closed: 300 });
    assert.deepEqual(result.pressures, ['neighbour table']);
  });
});

describe('the sweep: packets lost on the way', () => {
  const hosts = Array.from({ length: 250 }, (_, host) =>
    Array.from({ length: 16 }, (_, port): Place => [`10.0.0.${host + 1}`, port + 1]),
  );
  const places = hosts[0]?.flatMap((_, port) => hosts.map((doors) => doors[port] ?? assert.fail())) ?? [];

  it('slow it down until the path can carry it', async () => {
    // A path that carries 100 packets in 50 ms and drops the rest, as a firewall does with a small table.
    const carried: number[] = [];
    const simulation = simulate(({ startedAt }) => {
      while ((carried[0] ?? startedAt) <= startedAt - 50) carried.shift();
      if (carried.length >= 100) return SILENT;
      carried.push(startedAt);
      return { gives: 'ECONNREFUSED', afterMs: 20 };
    });
    const limits = { parallel: 150, perHost: 16, retries: 1, minTimeoutMs: 100 };

    const result = await record(simulation.engine, probesOf(places, true), { limits });

    const closed = result.tally.closed / places.length;
    assert.ok(closed > 0.95, `${JSON.stringify(result.tally)}`);
    assert.deepEqual([...new Set(result.pressures)], ['packets lost on the way']);
  });

  it('are no reason to slow down while they are few', async () => {
    const { engine } = simulate(({ port, nth, address }) =>
      nth === 0 && (port + Number(address.split('.')[3]) * 16) % 50 === 0 ? SILENT : REFUSED,
    );

    const result = await record(engine, probesOf(places, true), { limits: { retries: 1, minTimeoutMs: 100 } });

    assert.deepEqual(result.tally, { ...NONE, closed: places.length });
    assert.deepEqual(result.pressures, []);
  });
});

function durationOf({ startedAt, endedAt }: Attempt): number {
  return endedAt - startedAt;
}

function sum(tally: Readonly<Record<string, number>>): number {
  return Object.values(tally).reduce((total, count) => total + count, 0);
}
