import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanPlan } from '../../src/targets/plan.ts';

const LIMITS = { parallel: 500, perHost: 16, rate: 0, maxTimeoutMs: 2000, requestBudget: 25 };
const SPACE = {
  size: 25_400,
  addressCount: 254,
  excludedCount: 2,
  ports: Array.from({ length: 100 }, (_, i) => i + 1),
};

test('a plan counts what will be done at most', () => {
  const plan = scanPlan(SPACE, LIMITS);

  assert.deepEqual(
    [plan.addresses, plan.excludedAddresses, plan.ports, plan.probes, plan.requests],
    [254, 2, 100, 25_400, { perEndpoint: 25, most: 635_000 }],
  );
});

test('silence is waited for, as many at a time as the limits allow', () => {
  const wide = scanPlan(SPACE, LIMITS);
  const oneHost = scanPlan({ ...SPACE, addressCount: 1, size: 100 }, LIMITS);

  // 25,400 probes in 51 waves of 500, 2 s each; 100 probes to one host in 7 waves of 16.
  assert.equal(wide.sweepSeconds.most, 102);
  assert.equal(oneHost.sweepSeconds.most, 14);
  assert.match(oneHost.assumptions.join('; '), /every probe waits 2 s for nothing, 16 at a time/);
});

test('a rate is kept in both estimates', () => {
  const plan = scanPlan(SPACE, { ...LIMITS, rate: 10 });

  assert.deepEqual(plan.sweepSeconds, { least: 2540, most: 2542 });
  assert.match(plan.assumptions.join('; '), /10 new connections a second/);
});

test('nothing takes no time', () => {
  const plan = scanPlan({ size: 0, addressCount: 0, excludedCount: 0, ports: [] }, LIMITS);

  assert.deepEqual([plan.sweepSeconds, plan.requests.most], [{ least: 0, most: 0 }, 0]);
});

test('the longest time is never below the shortest, and both are finite', () => {
  const space = fc.record({
    size: fc.nat(2 ** 31),
    addressCount: fc.nat(100_000),
    excludedCount: fc.nat(),
    ports: fc.constant([80]),
  });
  const limits = fc.record({
    parallel: fc.integer({ min: 1, max: 5000 }),
    perHost: fc.integer({ min: 1, max: 100 }),
    rate: fc.nat(100_000),
    maxTimeoutMs: fc.integer({ min: 1, max: 60_000 }),
    requestBudget: fc.nat(100),
  });

  fc.assert(
    fc.property(space, limits, (some, under) => {
      const { least, most } = scanPlan(some, under).sweepSeconds;

      assert.ok(Number.isFinite(most) && least >= 0 && most >= least);
    }),
  );
});
