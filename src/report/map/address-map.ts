import type { View } from '../view.ts';
import { type Block, blocksFor } from './blocks.ts';
import { hilbertPoint } from './hilbert.ts';
import { type Host, hostsOf, type Standing, worse } from './hosts.ts';
import { ipv4Number, ipv4Text, joined, type Stretch } from './ipv4.ts';

/** The swept addresses as maps, ready to be drawn: every number below counts cells from the upper left corner. */
export interface AddressMaps {
  readonly maps: readonly AddressMap[];
  /** Hosts of IPv6 that answered, and have no place on a map. */
  readonly beside: readonly Host[];
  /** False where the result does not say what was swept, so that only hosts that answered can be drawn. */
  readonly rangesKnown: boolean;
}

export interface AddressMap {
  readonly layout: Block['layout'];
  /** `192.168.1.0–255`, `10.0.0.0/16`. */
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  /** Addresses that a cell stands for. */
  readonly step: number;
  readonly swept: readonly Bar[];
  readonly cells: readonly Cell[];
  /** First addresses of rows, or of the squares that a wide map is divided into. */
  readonly labels: readonly { readonly x: number; readonly y: number; readonly side: number; readonly text: string }[];
}

/** Cells beside each other that were swept. */
interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A cell in which somebody answered. */
interface Cell {
  readonly x: number;
  readonly y: number;
  readonly hosts: readonly Host[];
  readonly standing: Standing;
  /** First address of the cell. */
  readonly address: string;
}

const GRID_COLUMNS = 16;

export function addressMaps(view: View): AddressMaps {
  const hosts = hostsOf(view);
  const placed = hosts.flatMap((host) => (host.number === null ? [] : [{ ...host, number: host.number }]));
  const ranges = rangesOf(view);
  const points = placed.map(({ number }) => ({ first: number, last: number }));
  const blocks = blocksFor(joined([...(ranges ?? []), ...points]));
  return {
    maps: blocks.map((block) => mapOf(block, ranges ?? [], placed)),
    beside: hosts.filter(({ number }) => number === null),
    rangesKnown: ranges !== null,
  };
}

function rangesOf({ document }: View): Stretch[] | null {
  const { ranges } = document.coverage;
  if (ranges === undefined) return null;
  const stretches = ranges.flatMap((range) => {
    const first = ipv4Number(range.first);
    const last = ipv4Number(range.last);
    return first === null || last === null || first > last ? [] : [{ first, last }];
  });
  return joined(stretches);
}

function mapOf(block: Block, ranges: readonly Stretch[], hosts: readonly (Host & { readonly number: number })[]) {
  const { layout, base, size, step } = block;
  const count = size / step;
  const columns = layout === 'grid' ? GRID_COLUMNS : Math.sqrt(count);
  const pointOf = (index: number) =>
    layout === 'grid' ? { x: index % GRID_COLUMNS, y: Math.floor(index / GRID_COLUMNS) } : hilbertPoint(index, columns);
  const cells = new Map<number, Host[]>();
  for (const host of hosts) {
    if (host.number < base || host.number >= base + size) continue;
    const index = Math.floor((host.number - base) / step);
    const members = cells.get(index);
    if (members) members.push(host);
    else cells.set(index, [host]);
  }
  return {
    layout,
    title: titleOf(block),
    columns,
    rows: count / columns,
    step,
    swept: barsOf(sweptCells(block, ranges).map(pointOf)),
    cells: [...cells].map(([index, members]) => ({
      ...pointOf(index),
      hosts: members,
      standing: members.map(({ standing }) => standing).reduce(worse),
      address: ipv4Text(base + index * step),
    })),
    labels: labelsOf(block, columns, pointOf),
  } satisfies AddressMap;
}

function titleOf({ layout, base, size }: Block): string {
  if (layout === 'hilbert') return `${ipv4Text(base)}/${32 - Math.log2(size)}`;
  return size === 256 ? `${ipv4Text(base)}/24` : `${ipv4Text(base)}–${(base + size - 1) % 256}`;
}

/** Cells of which any address was swept. */
function sweptCells({ base, size, step }: Block, ranges: readonly Stretch[]): number[] {
  const cells = new Set<number>();
  for (const { first, last } of ranges) {
    const from = Math.max(first, base);
    const to = Math.min(last, base + size - 1);
    for (let index = Math.floor((from - base) / step); index <= Math.floor((to - base) / step); index += 1)
      if (index >= 0) cells.add(index);
  }
  return [...cells];
}

/** Fewer things to draw: 65,536 squares would be a megabyte. */
function barsOf(points: readonly { readonly x: number; readonly y: number }[]): Bar[] {
  const bars: { x: number; y: number; width: number }[] = [];
  for (const { x, y } of [...points].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const previous = bars.at(-1);
    if (previous && previous.y === y && previous.x + previous.width === x) previous.width += 1;
    else bars.push({ x, y, width: 1 });
  }
  return bars;
}

/** A grid names its rows; a square the first address of each of its sixteen parts, which are squares too. */
function labelsOf(
  { layout, base, size }: Block,
  columns: number,
  pointOf: (index: number) => { x: number; y: number },
) {
  if (layout === 'grid') {
    return Array.from({ length: size / GRID_COLUMNS }, (_, y) => ({
      x: 0,
      y,
      side: 1,
      text: `.${(base + y * GRID_COLUMNS) % 256}`,
    }));
  }
  const side = columns / 4;
  return Array.from({ length: 16 }, (_, part) => {
    const { x, y } = pointOf(part * side * side);
    return { x: x - (x % side), y: y - (y % side), side, text: ipv4Text(base + (part * size) / 16) };
  });
}
