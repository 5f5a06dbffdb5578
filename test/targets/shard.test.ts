import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../src/model/trouble.ts';
import { parseShard, placeInWhole, shardSize } from '../../src/targets/shard.ts';

test('shards are disjoint, complete and of equal size but for one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 40 }), (size, count) => {
      const seen = new Set<number>();
      const sizes = Array.from({ length: count }, (_, i) => {
        const shard = { index: i + 1, count };
        const own = shardSize(size, shard);
        for (let k = 0; k < own; k += 1) seen.add(placeInWhole(k, shard));
        return own;
      });

      assert.equal(
        sizes.reduce((sum, own) => sum + own, 0),
        size,
      );
      assert.equal(seen.size, size);
      assert.ok([...seen].every((place) => place >= 0 && place < size));
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }),
  );
});

test('a shard is written I/N, or job/N with the index of an indexed job', () => {
  assert.deepEqual(parseShard('3/8', {}), { index: 3, count: 8 });
  assert.deepEqual(parseShard('job/8', { JOB_COMPLETION_INDEX: '0' }), { index: 1, count: 8 });
  assert.deepEqual(parseShard('job/8', { JOB_COMPLETION_INDEX: '7' }), { index: 8, count: 8 });
});

for (const [text, index, message] of [
  ['0/8', undefined, /1 to 8/],
  ['9/8', undefined, /1 to 8/],
  ['1/0', undefined, /1 to 100000/],
  ['half', undefined, /3\/8, or job/],
  ['-1/3', undefined, /3\/8, or job/],
  ['job/8', undefined, /JOB_COMPLETION_INDEX/],
  ['job/8', 'x', /JOB_COMPLETION_INDEX/],
  ['job/8', '8', /0 to 7/],
] as const) {
  test(`--shard ${text} with index ${index ?? 'unset'} is refused`, () => {
    assert.throws(
      () => parseShard(text, index === undefined ? {} : { JOB_COMPLETION_INDEX: index }),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}
