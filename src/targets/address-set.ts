import type { Page, Point, Run } from './address.ts';
import { type Interval, lastNotAbove, merged } from './intervals.ts';

/** Many addresses in little memory: numbered from 0, in order, without a list of them. */
export interface AddressSet {
  readonly size: number;
  at(index: number): Point;
  has(point: Point): boolean;
}

/** The intervals of each page, merged. Pages come back sorted: IPv4, then IPv6 by number. */
export function byPage(runs: Iterable<Run>): Map<Page, Interval[]> {
  const pages = new Map<string, { readonly page: Page; readonly intervals: Interval[] }>();
  for (const { page, first, last } of runs) {
    const entry = pages.get(page.key);
    if (entry) entry.intervals.push({ first, last });
    else pages.set(page.key, { page, intervals: [{ first, last }] });
  }
  const sorted = [...pages.values()].sort((a, b) => (a.page.key < b.page.key ? -1 : 1));
  return new Map(sorted.map(({ page, intervals }) => [page, merged(intervals)]));
}

/** @param runs disjoint. */
export function addressSet(runs: readonly Run[]): AddressSet {
  const before = new Float64Array(runs.length);
  const ofPage = new Map<string, Interval[]>();
  let size = 0;
  runs.forEach(({ page, first, last }, i) => {
    before[i] = size;
    size += last - first + 1;
    const intervals = ofPage.get(page.key);
    if (intervals) intervals.push({ first, last });
    else ofPage.set(page.key, [{ first, last }]);
  });
  const firsts = new Map(
    [...ofPage].map(([key, intervals]) => [key, Float64Array.from(intervals, ({ first }) => first)]),
  );
  return {
    size,
    at(index) {
      const i = lastNotAbove(before, index);
      const run = runs[i];
      if (!run || index >= size) throw new RangeError(`no address ${index} in a set of ${size}`);
      return { page: run.page, offset: run.first + index - (before[i] ?? 0) };
    },
    has({ page, offset }) {
      const interval = ofPage.get(page.key)?.[lastNotAbove(firsts.get(page.key) ?? [], offset)];
      return interval !== undefined && offset <= interval.last;
    },
  };
}
