import type { Stretch } from './ipv4.ts';

/** An aligned part of the address space that is drawn as one map: a grid of rows, or a square along a Hilbert curve. */
export interface Block {
  readonly layout: 'grid' | 'hilbert';
  /** First address, a multiple of the size. */
  readonly base: number;
  /** Addresses. */
  readonly size: number;
  /** Addresses that one cell stands for; 1 for a grid. */
  readonly step: number;
}

/** More maps than this are a wall of squares: the next wider kind is drawn instead. */
const MOST_MAPS = 4;
/** Cells on a side of a Hilbert map: about ten pixels each on a page. */
const MOST_SIDE = 64;

const WIDTHS = [2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32] as const;

/**
 * At most four maps that hold all of the stretches: as many grids as there are /24s, or else a square for each /16, for
 * each /8, or one for everything, cut down to what is needed of it.
 * @param stretches sorted and disjoint.
 */
export function blocksFor(stretches: readonly Stretch[]): Block[] {
  for (const width of WIDTHS) {
    const parts = partsOf(stretches, width);
    if (parts === null) continue;
    return parts.map((part) => (width === 256 ? gridOf(part) : squareOf(part)));
  }
  return [];
}

/** What the stretches take up of every aligned block of that width that they touch; null when those are too many. */
function partsOf(stretches: readonly Stretch[], width: number): Stretch[] | null {
  const parts = new Map<number, { first: number; last: number }>();
  for (const { first, last } of stretches) {
    for (let index = Math.floor(first / width); index <= Math.floor(last / width); index += 1) {
      const from = Math.max(first, index * width);
      const to = Math.min(last, (index + 1) * width - 1);
      const part = parts.get(index);
      if (part) part.last = to;
      else parts.set(index, { first: from, last: to });
      if (parts.size > MOST_MAPS) return null;
    }
  }
  return [...parts.values()];
}

/** Sixteen addresses a row; a /28 is one row. */
function gridOf({ first, last }: Stretch): Block {
  const base = first - (first % 16);
  return { layout: 'grid', base, size: last - (last % 16) + 16 - base, step: 1 };
}

/** The smallest aligned square, because only a power of four is one. */
function squareOf({ first, last }: Stretch): Block {
  let size = 256;
  while (Math.floor(first / size) !== Math.floor(last / size)) size *= 4;
  const step = Math.max(1, size / (MOST_SIDE * MOST_SIDE));
  return { layout: 'hilbert', base: first - (first % size), size, step };
}
