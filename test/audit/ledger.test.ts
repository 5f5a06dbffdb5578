import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLedger } from '../../src/audit/ledger.ts';
import { PORT_STATES, type PortState } from '../../src/model/result.ts';

const sum = (tally: Readonly<Record<PortState, number>>): number =>
  PORT_STATES.reduce((total, state) => total + tally[state], 0);

/** A run: how many probes, and for each what happens, in a shuffled order of completion. */
const runs = fc.integer({ min: 0, max: 200 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    states: fc.array(fc.constantFrom<PortState>('open', 'closed', 'filtered', 'unreachable', 'error', 'skipped'), {
      minLength: size,
      maxLength: size,
    }),
    examined: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    stop: fc.integer({ min: 0, max: size }),
    order: fc.shuffledSubarray(
      Array.from({ length: size }, (_, index) => index),
      { minLength: size, maxLength: size },
    ),
  }),
);

test('the tally always adds up to the space, wherever the run stops', () => {
  fc.assert(
    fc.property(runs, ({ size, states, examined, stop, order }) => {
      const ledger = createLedger(size, null, null);
      for (let taken = 0; taken < stop; taken += 1) ledger.take();

      for (const index of order.filter((candidate) => candidate < stop)) {
        ledger.settle(index, states[index] ?? 'closed');
        if (states[index] === 'open' && examined[index]) ledger.examined(index);
      }

      assert.equal(sum(ledger.tally()), size);
    }),
  );
});

test('a stopped run and its continuation do every probe exactly once and count it once', () => {
  fc.assert(
    fc.property(runs, ({ size, states, examined, stop, order }) => {
      const first = createLedger(size, null, null);
      for (let taken = 0; taken < stop; taken += 1) first.take();
      const doneFirst = new Set<number>();
      for (const index of order.filter((candidate) => candidate < stop)) {
        const state = states[index] ?? 'closed';
        first.settle(index, state);
        if (state === 'open' && examined[index]) first.examined(index);
        if (state !== 'skipped' && (state !== 'open' || examined[index])) doneFirst.add(index);
      }

      const second = createLedger(size, first.position(7), first.tally());
      const taken: number[] = [];
      for (let index = second.take(); index !== null; index = second.take()) taken.push(index);
      for (const index of taken) {
        second.settle(index, 'open');
        second.examined(index);
      }

      assert.deepEqual(new Set([...doneFirst, ...taken]), new Set(Array.from({ length: size }, (_, index) => index)));
      assert.equal(doneFirst.size + taken.length, size, 'none twice');
      assert.equal(sum(second.tally()), size);
      assert.equal(second.tally().skipped, 0);
      assert.ok(second.complete);
    }),
  );
});

test('a sweep of a million probes remembers only what is under way', () => {
  const ledger = createLedger(1_000_000, null, null);

  for (let index = ledger.take(); index !== null; index = ledger.take()) ledger.settle(index, 'closed');

  assert.equal(ledger.tally().closed, 1_000_000);
  assert.deepEqual(ledger.position(1), { seed: 1, next: 1_000_000, done: [] });
});
