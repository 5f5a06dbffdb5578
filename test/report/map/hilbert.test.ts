import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hilbertPoint } from '../../../src/report/map/hilbert.ts';

for (const side of [2, 4, 8, 16, 64]) {
  const points = Array.from({ length: side * side }, (_, distance) => hilbertPoint(distance, side));

  test(`a curve of side ${side} goes through every point once, one step at a time`, () => {
    const steps = points.slice(1).map(({ x, y }, i) => {
      const before = points[i] ?? { x: 0, y: 0 };
      return Math.abs(x - before.x) + Math.abs(y - before.y);
    });

    assert.equal(new Set(points.map(({ x, y }) => `${x} ${y}`)).size, side * side);
    assert.ok(points.every(({ x, y }) => x >= 0 && y >= 0 && x < side && y < side));
    assert.deepEqual([...new Set(steps)], [1]);
  });

  test(`every aligned quarter of a curve of side ${side} is a square`, () => {
    const quarter = (side * side) / 4;
    for (let part = 0; part < 4; part += 1) {
      const own = points.slice(part * quarter, (part + 1) * quarter);
      const spread = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;

      assert.equal(spread(own.map(({ x }) => x)), side / 2);
      assert.equal(spread(own.map(({ y }) => y)), side / 2);
    }
  });
}
