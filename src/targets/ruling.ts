import { type Interval, lastNotAbove, merged } from './intervals.ts';

/** Why an address may not be dialled. */
export type Refusal = 'excluded' | 'metadata' | 'reserved' | 'transition' | 'public';

export type Verdict = 'admitted' | Refusal;

/** The verdict on every address of one page: segment i reaches from `starts[i]` to before `starts[i + 1]`. */
export interface Ruling {
  readonly starts: readonly number[];
  readonly verdicts: readonly Verdict[];
}

export interface Layer {
  readonly verdict: Verdict;
  readonly intervals: readonly Interval[];
}

export type Tally = Readonly<Record<Verdict, number>>;

/** Lays the layers over a page that is public, the later over the earlier. */
export function rule(lastOffset: number, layers: readonly Layer[]): Ruling {
  const flat = layers.map(({ verdict, intervals }) => ({ verdict, intervals: merged(intervals), next: 0 }));
  const edges = flat.flatMap(({ intervals }) => intervals.flatMap(({ first, last }) => [first, last + 1]));
  const cuts = [...new Set([0, ...edges])].filter((edge) => edge <= lastOffset).sort((a, b) => a - b);
  const starts: number[] = [];
  const verdicts: Verdict[] = [];
  for (const cut of cuts) {
    let verdict: Verdict = 'public';
    for (const layer of flat) {
      while ((layer.intervals[layer.next]?.last ?? Number.POSITIVE_INFINITY) < cut) layer.next += 1;
      if ((layer.intervals[layer.next]?.first ?? Number.POSITIVE_INFINITY) <= cut) verdict = layer.verdict;
    }
    if (verdicts.at(-1) === verdict) continue;
    starts.push(cut);
    verdicts.push(verdict);
  }
  return { starts, verdicts };
}

export function verdictAt(ruling: Ruling, offset: number): Verdict {
  return ruling.verdicts[lastNotAbove(ruling.starts, offset)] ?? 'reserved';
}

/** The stretches of an interval, in order, each with its verdict. */
export function* verdictsWithin(
  ruling: Ruling,
  { first, last }: Interval,
): Generator<Interval & { readonly verdict: Verdict }> {
  for (let i = lastNotAbove(ruling.starts, first); i < ruling.starts.length; i += 1) {
    const start = Math.max(first, ruling.starts[i] ?? 0);
    if (start > last) return;
    const end = Math.min(last, (ruling.starts[i + 1] ?? Number.POSITIVE_INFINITY) - 1);
    yield { first: start, last: end, verdict: ruling.verdicts[i] ?? 'reserved' };
  }
}

/** The stretches that may be dialled. */
export function admittedWithin(ruling: Ruling, intervals: readonly Interval[]): Interval[] {
  return intervals.flatMap((interval) =>
    [...verdictsWithin(ruling, interval)]
      .filter(({ verdict }) => verdict === 'admitted')
      .map(({ first, last }) => ({ first, last })),
  );
}

/** How many addresses of the intervals got which verdict. */
export function tally(ruling: Ruling, intervals: readonly Interval[]): Tally {
  const counts: Record<Verdict, number> = {
    admitted: 0,
    excluded: 0,
    metadata: 0,
    reserved: 0,
    transition: 0,
    public: 0,
  };
  for (const interval of intervals) {
    for (const { first, last, verdict } of verdictsWithin(ruling, interval)) counts[verdict] += last - first + 1;
  }
  return counts;
}
