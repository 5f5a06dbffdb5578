import { UsageError } from '../model/trouble.ts';
import type { Page, Point, Run } from './address.ts';
import { type AddressSet, addressSet, byPage } from './address-set.ts';
import { expand, type Interval } from './intervals.ts';
import { verdictsWithin } from './ruling.ts';
import type { Scope } from './scope.ts';

/** Addresses to be tried on ports. */
export interface Field {
  readonly run: Run;
  readonly ports: readonly Interval[];
}

/** Every address of the set on every port. No two blocks of a grid share a port, so no pair occurs twice. */
export interface Block {
  readonly addresses: AddressSet;
  readonly ports: readonly number[];
}

/** Beyond this a plan is a list of odds and ends and no longer small; about 100 MB. */
const MOST_PIECES = 2_000_000;

/** Port lists that overlap, summed over the ports at which one begins or ends; about half a second. */
const MOST_OVERLAPS = 500_000;

/**
 * Cuts overlapping fields into blocks: ports that the same fields ask for have the same addresses, so they go
 * together. One set of ports over any number of networks is one block.
 */
export function cutIntoBlocks(fields: readonly Field[], scope: Scope): Block[] {
  const groups = groupByPorts(fields);
  let pieces = 0;
  return cutPorts(groups).flatMap(({ ports, members }) => {
    const runs = admittedRuns(byPage(runsOf(members)), scope);
    pieces += runs.length + ports.length;
    if (pieces > MOST_PIECES)
      throw new UsageError('the targets fall into too many pieces: expected networks or fewer different port lists');
    return runs.length === 0 ? [] : [{ addresses: addressSet(runs), ports: expand(ports) }];
  });
}

/** What of the intervals may be dialled. */
function admittedRuns(pages: ReadonlyMap<Page, readonly Interval[]>, scope: Scope): Run[] {
  const runs: Run[] = [];
  for (const [page, intervals] of pages) {
    const ruling = scope.ruling(page);
    for (const interval of intervals) {
      for (const { first, last, verdict } of verdictsWithin(ruling, interval)) {
        if (verdict === 'admitted') runs.push({ page, first, last });
      }
    }
  }
  return runs;
}

export function coveredBy(blocks: readonly Block[]): (point: Point, port: number) => boolean {
  const blockOf = new Map(blocks.flatMap(({ addresses, ports }) => ports.map((port) => [port, addresses] as const)));
  return (point, port) => blockOf.get(port)?.has(point) ?? false;
}

interface PortGroup {
  readonly ports: readonly Interval[];
  readonly runs: Run[];
}

function groupByPorts(fields: readonly Field[]): PortGroup[] {
  const groups = new Map<string, PortGroup>();
  const keys = new Map<readonly Interval[], string>();
  for (const { run, ports } of fields) {
    const key = keys.get(ports) ?? ports.map(({ first, last }) => `${first}-${last}`).join();
    keys.set(ports, key);
    const group = groups.get(key);
    if (group) group.runs.push(run);
    else groups.set(key, { ports, runs: [run] });
  }
  return [...groups.values()];
}

function* runsOf(groups: readonly PortGroup[]): Generator<Run> {
  for (const group of groups) yield* group.runs;
}

interface Cut {
  readonly ports: readonly Interval[];
  readonly members: readonly PortGroup[];
}

/** Ports sorted into cuts, each with the groups that hold all of its ports. */
function cutPorts(groups: readonly PortGroup[]): Cut[] {
  const changes = new Map<number, { readonly in: number[]; readonly out: number[] }>();
  const change = (port: number) => {
    const known = changes.get(port) ?? { in: [], out: [] };
    changes.set(port, known);
    return known;
  };
  groups.forEach(({ ports }, id) => {
    for (const { first, last } of ports) {
      change(first).in.push(id);
      change(last + 1).out.push(id);
    }
  });
  const edges = [...changes].sort(([a], [b]) => a - b);
  const cuts = new Map<string, { readonly ports: Interval[]; readonly members: PortGroup[] }>();
  const active = new Set<number>();
  let overlaps = 0;
  edges.forEach(([port, { in: entering, out: leaving }], i) => {
    for (const id of leaving) active.delete(id);
    for (const id of entering) active.add(id);
    const next = edges[i + 1]?.[0];
    if (next === undefined || active.size === 0) return;
    overlaps += active.size;
    if (overlaps > MOST_OVERLAPS)
      throw new UsageError('the targets have too many different port lists: expected fewer');
    const ids = [...active].sort((a, b) => a - b);
    const cut = cuts.get(ids.join()) ?? { ports: [], members: ids.flatMap((id) => groups[id] ?? []) };
    cut.ports.push({ first: port, last: next - 1 });
    cuts.set(ids.join(), cut);
  });
  return [...cuts.values()];
}
