import type { Page } from './address.ts';
import { type AddressRange, numberOf } from './cidr.ts';
import type { Interval } from './intervals.ts';

/** Ranges of any width and both families, to be asked for the part that lies on one page. */
export interface WideRanges {
  on(page: Page): readonly Interval[];
}

interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * A range without zone covers every zone. An address without zone may turn out to be on any link, so ranges of every
 * zone cover it.
 */
export function wideRanges(ranges: readonly AddressRange[]): WideRanges {
  const ipv4: Interval[] = [];
  const byZone = new Map<string | null, Stretch[]>();
  for (const range of ranges) {
    if (range.family === 4) {
      ipv4.push({ first: range.first, last: range.last });
      continue;
    }
    const stretches = byZone.get(range.zone) ?? [];
    stretches.push(range);
    byZone.set(range.zone, stretches);
  }
  const zones = [...byZone].map(([zone, stretches]) => ({ zone, stretches: disjoint(stretches) }));
  return {
    on(page) {
      if (page.family === 4) return ipv4;
      const base = numberOf([...page.groups, 0]);
      return zones
        .filter(({ zone }) => zone === null || page.zone === null || zone === page.zone)
        .flatMap(({ stretches }) => clip(stretches, base, base + BigInt(page.lastOffset)));
    },
  };
}

function disjoint(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const result: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of sorted) {
    const previous = result.at(-1);
    if (!previous || first > previous.last) result.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
  return result;
}

/** The parts between two values, as offsets from the first of them. */
function clip(stretches: readonly Stretch[], from: bigint, to: bigint): Interval[] {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.last ?? 0n) < from) low = middle + 1;
    else high = middle;
  }
  const parts: Interval[] = [];
  for (let i = low; i < stretches.length; i += 1) {
    const stretch = stretches[i];
    if (!stretch || stretch.first > to) break;
    const first = stretch.first > from ? stretch.first : from;
    const last = stretch.last < to ? stretch.last : to;
    parts.push({ first: Number(first - from), last: Number(last - from) });
  }
  return parts;
}
