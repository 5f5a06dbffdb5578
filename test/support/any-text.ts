import fc from 'fast-check';

/**
 * Text of any code points, halves of surrogate pairs among them. Not `unit: 'binary'` of fast-check: it writes down a
 * million code points first, most of a second in each process.
 */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x7f }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 0x10ffff }),
      ),
      { maxLength },
    )
    .map((points) => String.fromCodePoint(...points));
}
