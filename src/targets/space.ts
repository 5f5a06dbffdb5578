import type { AddressRange } from '../model/result.ts';
import type { AdmittedTarget } from '../model/target.ts';
import { UsageError } from '../model/trouble.ts';
import { formatAddress, type Page } from './address.ts';
import { byPage } from './address-set.ts';
import type { TargetExpression } from './expression.ts';
import { coveredBy, cutIntoBlocks } from './grid.ts';
import { type Interval, lastNotAbove, merged } from './intervals.ts';
import { type NamedPlaces, namedPlaces, type RefusedAddress } from './named.ts';
import { admittedWithin, type Refusal, tally } from './ruling.ts';
import type { Candidate, Scope } from './scope.ts';
import { assertInScope } from './written-scope.ts';

/** Everything that a run may probe, numbered from 0 and made on demand. The numbering depends on the targets only. */
export interface TargetSpace {
  /** Probes: addresses times ports, plus named hosts and URLs. */
  readonly size: number;
  /** Different addresses in scope. */
  readonly addressCount: number;
  /** Different addresses that were asked for and are not in scope. */
  readonly excludedCount: number;
  readonly excluded: Readonly<Record<Refusal, number>>;
  /** The addresses in scope, ascending and disjoint; null where they are too many pieces to be listed. */
  readonly ranges: readonly AddressRange[] | null;
  /** Every port that occurs, ascending. */
  readonly ports: readonly number[];
  /** Addresses that names stand for and that may not be dialled. */
  readonly refused: readonly RefusedAddress[];
  /** Names without any address. */
  readonly unresolved: readonly string[];
  /** @throws RangeError outside 0 to `size` - 1. */
  at(index: number): AdmittedTarget;
}

export interface SpaceOptions {
  /** For targets that name no port. */
  readonly ports: readonly number[];
  readonly scope: Scope;
  /** Addresses of every name that {@link namesToResolve} returned. */
  readonly resolved?: ReadonlyMap<string, readonly string[]>;
}

/** More than this is a slip of the pen: at 20,000 probes a second it takes 60 hours. */
const MOST_PROBES = 2 ** 32;

/** A list of odd addresses would otherwise be longer than the rest of a result. */
const MOST_RANGES = 4096;

/** A stretch of the numbering. */
interface Section {
  readonly size: number;
  at(index: number): Candidate;
}

/**
 * The space of a run. What is probed once:
 *
 * - an address and a port, however many networks, ranges and lists hold them;
 * - a name, each of its addresses and a port. The same address without the name is another place, because a server
 *   may answer the name and the bare address differently: naming a host never hides what its address shows;
 * - a URL: host, address, port, scheme and base path. A URL without base path that one of the above covers adds nothing.
 *
 * @throws UsageError when an address that the user wrote down is out of scope, and when the space is too large.
 *   Addresses that names resolve to are left out and listed in `refused` instead.
 */
export function createSpace(
  expressions: readonly TargetExpression[],
  { ports, scope, resolved = new Map() }: SpaceOptions,
): TargetSpace {
  for (const expression of expressions) assertInScope(expression, scope);
  const usual = merged(ports.map((port) => ({ first: port, last: port })));
  const fields = expressions.flatMap((expression) =>
    expression.kind === 'addresses' ? [{ run: expression.run, ports: expression.ports ?? usual }] : [],
  );
  const blocks = cutIntoBlocks(fields, scope);
  const named = namedPlaces(expressions, { usual, scope, resolved, covered: coveredBy(blocks) });
  const grid: Section[] = blocks.map(({ addresses, ports: columns }) => ({
    size: addresses.size * columns.length,
    at: (index) => ({
      address: addresses.at(Math.floor(index / columns.length)),
      port: columns[index % columns.length] ?? 0,
    }),
  }));
  const sections = [...grid, ...named.rows.map(rowSection), listSection(named.urls)];
  const size = sections.reduce((sum, section) => sum + section.size, 0);
  if (size > MOST_PROBES) throw tooLarge(size);
  return {
    size,
    ...count(
      [
        ...fields.map(({ run }) => run),
        ...named.points.map(({ page, offset }) => ({ page, first: offset, last: offset })),
      ],
      scope,
    ),
    ports: portsOf(
      blocks.map((block) => block.ports),
      named,
    ),
    refused: named.refused,
    unresolved: named.unresolved,
    at: numbered(sections, size, scope),
  };
}

/** Names among targets and exclusions, each once, sorted: what has to be resolved before a scope and a space are made. */
export function namesToResolve(
  written: readonly (
    | TargetExpression
    | { readonly kind: 'addresses' }
    | { readonly kind: 'name'; readonly name: string }
  )[],
): string[] {
  const names = written.flatMap((entry) => {
    if (entry.kind === 'name') return 'pinned' in entry && entry.pinned ? [] : [entry.name];
    return entry.kind === 'url' && entry.point === null ? [entry.host] : [];
  });
  return [...new Set(names)].sort();
}

function numbered(sections: readonly Section[], size: number, scope: Scope): (index: number) => AdmittedTarget {
  const before = new Float64Array(sections.length);
  sections.reduce((sum, section, i) => {
    before[i] = sum;
    return sum + section.size;
  }, 0);
  return (index) => {
    if (!Number.isInteger(index) || index < 0 || index >= size)
      throw new RangeError(`no target ${index} in a space of ${size}`);
    const i = lastNotAbove(before, index);
    const candidate = sections[i]?.at(index - (before[i] ?? 0));
    const admission = candidate && scope.admit(candidate);
    if (admission?.status === 'admitted') return admission.target;
    throw new Error(`target ${index} of the space is out of scope: ${admission?.detail}`);
  };
}

function rowSection({ name, point, ports }: NamedPlaces['rows'][number]): Section {
  return { size: ports.length, at: (index) => ({ host: name, address: point, port: ports[index] ?? 0 }) };
}

function listSection(candidates: readonly Candidate[]): Section {
  return { size: candidates.length, at: (index) => candidates[index] ?? { address: '', port: 0 } };
}

function count(
  runs: Parameters<typeof byPage>[0],
  scope: Scope,
): Pick<TargetSpace, 'addressCount' | 'excludedCount' | 'excluded' | 'ranges'> {
  const excluded: Record<Refusal, number> = { excluded: 0, metadata: 0, reserved: 0, transition: 0, public: 0 };
  const ranges: AddressRange[] = [];
  let addressCount = 0;
  for (const [page, intervals] of byPage(runs)) {
    const ruling = scope.ruling(page);
    const { admitted, ...others } = tally(ruling, intervals);
    addressCount += admitted;
    if (ranges.length <= MOST_RANGES) ranges.push(...rangesOf(page, admittedWithin(ruling, intervals)));
    for (const [reason, addresses] of Object.entries(others) as [Refusal, number][]) excluded[reason] += addresses;
  }
  const excludedCount = Object.values(excluded).reduce((sum, addresses) => sum + addresses, 0);
  return { addressCount, excludedCount, excluded, ranges: ranges.length > MOST_RANGES ? null : ranges };
}

/** At most one more than are listed, however many there are. */
function rangesOf(page: Page, intervals: readonly Interval[]): AddressRange[] {
  return intervals
    .slice(0, MOST_RANGES + 1)
    .map(({ first, last }) => ({ first: formatAddress(page, first), last: formatAddress(page, last) }));
}

function portsOf(columns: readonly (readonly number[])[], named: NamedPlaces): number[] {
  const ports = new Set(columns.flat());
  for (const row of named.rows) for (const port of row.ports) ports.add(port);
  for (const { port } of named.urls) ports.add(port);
  return [...ports].sort((a, b) => a - b);
}

function tooLarge(size: number): UsageError {
  return new UsageError(
    `the targets make ${size} probes (addresses times ports): expected at most ${MOST_PROBES}; narrow the networks or --ports`,
  );
}
