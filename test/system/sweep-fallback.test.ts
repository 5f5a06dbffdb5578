import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nodeClock } from '../../src/system/node-clock.ts';
import type { SweepEngine } from '../../src/system/ports.ts';
import { runSweep } from '../../src/system/sweep/engine.ts';
import { type CreateFragileDialer, fallingBackDialer } from '../../src/system/sweep/fallback-dialer.ts';
import { createNetDialer } from '../../src/system/sweep/net-dialer.ts';
import { sweepParts } from '../../src/system/sweep-portable.ts';
import { CLOSED_PORT, NONE, type Place, probesOf, record } from './sweep-harness.ts';

type Break = 'at once' | 'when dialling' | 'in an event';

/** Answers every attempt but one in the next turn; breaks at the `after`th in the given way. */
function fragile(how: Break, after: number): CreateFragileDialer {
  return (events, broke) => {
    if (how === 'at once') throw new Error('broken');
    let dialled = 0;
    return {
      dial(line) {
        dialled += 1;
        if (dialled === after && how === 'when dialling') throw new Error('broken');
        if (dialled === after) setImmediate(() => broke(new Error('broken')));
        if (dialled % 7 === 0) return;
        setImmediate(() => {
          events.failed(line, 'ECONNREFUSED');
          events.idle(line);
        });
      },
      hangUp(line) {
        queueMicrotask(() => events.idle(line));
      },
      catchUp() {},
      end() {
        throw new Error('broken at the end, too');
      },
    };
  };
}

describe('a dialer that breaks', () => {
  it('is replaced, told of once, and loses no probe, whenever and however it breaks', async () => {
    const places = Array.from({ length: 200 }, (_, n): Place => [`127.5.0.${n}`, CLOSED_PORT]);

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Break>('at once', 'when dialling', 'in an event'),
        fc.integer({ min: 1, max: 100 }),
        async (how, after) => {
          const told: unknown[] = [];
          const createDialer = fallingBackDialer(fragile(how, after), createNetDialer, (error) => told.push(error));
          const parts = sweepParts(createDialer, { clock: nodeClock });
          const engine: SweepEngine = {
            name: 'falling back',
            sweep: (source, limits, observer, signal) => runSweep(parts, { source, limits, observer, signal }),
          };

          const result = await record(engine, probesOf(places), { limits: { parallel: 20 } });

          assert.deepEqual(result.tally, { ...NONE, closed: 200 });
          assert.equal(told.length, 1);
        },
      ),
      { numRuns: 20 },
    );
  });
});
