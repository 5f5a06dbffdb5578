/** Numbers from first to last, both included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Sorted, disjoint, neighbours joined. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.first - b.first);
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else result.push({ first, last });
  }
  return result;
}

/** Index of the last entry of an ascending list that is not above the value; -1 when all are. */
export function lastNotAbove(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Every number of the intervals, in their order. */
export function expand(intervals: readonly Interval[]): number[] {
  const numbers: number[] = [];
  for (const { first, last } of intervals) for (let n = first; n <= last; n += 1) numbers.push(n);
  return numbers;
}
