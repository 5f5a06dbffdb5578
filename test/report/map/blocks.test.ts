import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blocksFor } from '../../../src/report/map/blocks.ts';
import { ipv4Number, ipv4Text, joined } from '../../../src/report/map/ipv4.ts';

function blocks(...ranges: readonly (readonly [string, string])[]): string[] {
  const stretches = ranges.map(([first, last]) => ({ first: ipv4Number(first) ?? -1, last: ipv4Number(last) ?? -1 }));
  return blocksFor(joined(stretches)).map(
    ({ layout, base, size, step }) => `${layout} ${ipv4Text(base)} ${size}${step > 1 ? ` by ${step}` : ''}`,
  );
}

const CASES: readonly { readonly what: string; readonly ranges: [string, string][]; readonly drawn: string[] }[] = [
  { what: 'a /24 is a grid', ranges: [['192.168.1.1', '192.168.1.254']], drawn: ['grid 192.168.1.0 256'] },
  { what: 'a /28 is one row', ranges: [['10.0.0.16', '10.0.0.31']], drawn: ['grid 10.0.0.16 16'] },
  {
    what: 'two networks far apart are two grids',
    ranges: [
      ['10.0.0.0', '10.0.0.255'],
      ['192.168.1.0', '192.168.1.255'],
    ],
    drawn: ['grid 10.0.0.0 256', 'grid 192.168.1.0 256'],
  },
  { what: 'a /20 is a square of hosts', ranges: [['10.0.16.0', '10.0.31.255']], drawn: ['hilbert 10.0.16.0 4096'] },
  {
    what: 'a /21 is drawn in the /20 around it',
    ranges: [['10.0.8.0', '10.0.15.255']],
    drawn: ['hilbert 10.0.0.0 4096'],
  },
  {
    what: 'a /16 is a square of blocks',
    ranges: [['10.1.0.0', '10.1.255.255']],
    drawn: ['hilbert 10.1.0.0 65536 by 16'],
  },
  { what: 'a /8 too', ranges: [['10.0.0.0', '10.255.255.255']], drawn: ['hilbert 10.0.0.0 16777216 by 4096'] },
  { what: 'nothing is nothing', ranges: [], drawn: [] },
];

for (const { what, ranges, drawn } of CASES) {
  test(what, () => {
    assert.deepEqual(blocks(...ranges), drawn);
  });
}

test('there are at most four maps, aligned, and every address is on one', () => {
  const address = fc.integer({ min: 0, max: 0xffff_ffff });
  const stretch = fc
    .tuple(address, fc.integer({ min: 0, max: 70_000 }))
    .map(([first, length]) => ({ first, last: Math.min(first + length, 0xffff_ffff) }));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
      const drawn = blocksFor(joined(stretches));

      assert.ok(drawn.length <= 4);
      for (const { base, size, step } of drawn) {
        assert.ok(Number.isInteger(base) && base % 16 === 0 && base + size <= 2 ** 32);
        assert.ok(size / step <= 4096);
      }
      for (const { first, last } of stretches) {
        for (const edge of [first, last]) assert.ok(drawn.some(({ base, size }) => edge >= base && edge < base + size));
      }
    }),
  );
});
