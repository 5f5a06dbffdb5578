import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { permutation } from '../../src/targets/permutation.ts';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const orderOf = (size: number, seed: number) =>
  Array.from({ length: size }, (_, place) => permutation(size, seed)(place));

function assertBijection(size: number, seed: number): void {
  const order = permutation(size, seed);
  const seen = new Uint8Array(size);
  for (let place = 0; place < size; place += 1) {
    const value = order(place);
    // An assertion for each of a million places takes seconds.
    if (seen[value] !== 0) assert.fail(`size ${size}, seed ${seed}: ${value} is outside or comes twice`);
    seen[value] = 1;
  }
}

test('every number comes exactly once, for every small size', () => {
  for (let size = 0; size <= 600; size += 1) assertBijection(size, size * 7);
});

test('every number comes exactly once, for primes, squares, powers and their neighbours', () => {
  for (const size of [
    997, 1009, 1023, 1024, 1025, 7919, 9999, 10_000, 10_001, 65_535, 65_536, 65_537, 999_983, 1_000_000,
  ]) {
    assertBijection(size, 1);
    assertBijection(size, 0xffff_ffff);
  }
});

test('every number comes exactly once, for any size and seed', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 20_000 }), seeds, assertBijection), { numRuns: 200 });
});

test('large sizes stay inside and do not collide', () => {
  for (const size of [2 ** 32 - 5, 2 ** 32, 2 ** 40 + 15, 2 ** 45 - 55, 2 ** 45]) {
    const order = permutation(size, 42);
    const values = new Set<number>();
    for (let i = 0; i < 50_000; i += 1) {
      for (const place of [i, size - 1 - i]) {
        const value = order(place);
        assert.ok(Number.isSafeInteger(value) && value >= 0 && value < size);
        values.add(value);
      }
    }
    assert.equal(values.size, 100_000, String(size));
  }
});

test('the order depends on the seed and on nothing else', () => {
  assert.deepEqual(orderOf(1000, 5), orderOf(1000, 5));
  assert.deepEqual(orderOf(10, 12_345), [8, 9, 4, 1, 3, 7, 5, 6, 2, 0]);

  fc.assert(
    fc.property(fc.integer({ min: 100, max: 5000 }), seeds, seeds, (size, one, other) => {
      fc.pre(one !== other);
      assert.notDeepEqual(orderOf(size, one), orderOf(size, other));
    }),
    { numRuns: 50 },
  );
});

test('seeds beyond 32 bits and fractions do not break the order', () => {
  for (const seed of [-1, 2 ** 40 + 1, 0.5]) assertBijection(1000, seed);
});

test('a window of the order spreads over hosts and subnets', () => {
  const ports = 100;
  const hosts = 65_536;
  const window = 2048;
  const order = permutation(hosts * ports, 99);

  for (let start = 0; start < 50 * window; start += window) {
    const perHost = new Map<number, number>();
    const perSubnet = new Map<number, number>();
    for (let place = start; place < start + window; place += 1) {
      const host = Math.floor(order(place) / ports);
      perHost.set(host, (perHost.get(host) ?? 0) + 1);
      perSubnet.set(host >> 8, (perSubnet.get(host >> 8) ?? 0) + 1);
    }
    // A fair draw has 8 probes on each of the 256 subnets; 30 would be eight standard deviations off.
    assert.ok(Math.max(...perHost.values()) <= 4);
    assert.ok(Math.max(...perSubnet.values()) < 30);
    assert.ok(perSubnet.size > 240);
  }
});

test('one host on many ports is not asked for neighbouring ports in a row', () => {
  const order = permutation(65_535, 3);

  let neighbours = 0;
  for (let place = 1; place < 65_535; place += 1) if (Math.abs(order(place) - order(place - 1)) <= 2) neighbours += 1;

  assert.ok(neighbours < 30, String(neighbours));
});

test('places dealt out to shards are disjoint, complete and balanced', () => {
  const size = 1003;
  const shards = 4;
  const order = permutation(size, 8);

  const dealt = Array.from({ length: shards }, (_, shard) => {
    const values: number[] = [];
    for (let place = shard; place < size; place += shards) values.push(order(place));
    return values;
  });

  assert.equal(new Set(dealt.flat()).size, size);
  assert.deepEqual(
    dealt.map(({ length }) => length),
    [251, 251, 251, 250],
  );
});

test('places and sizes that are none are refused', () => {
  for (const size of [-1, 0.5, Number.NaN, 2 ** 45 + 1, Number.POSITIVE_INFINITY])
    assert.throws(() => permutation(size, 1), RangeError);
  for (const place of [-1, 10, 0.5, Number.NaN]) assert.throws(() => permutation(10, 1)(place), RangeError);
  assert.throws(() => permutation(0, 1)(0), RangeError);
});
