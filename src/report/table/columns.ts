import { type Span, spansWidth } from '../terminal/span.ts';
import { wrap } from '../terminal/wrap.ts';
import type { Cell } from './cells.ts';

export interface ColumnPlan {
  readonly title: string;
  /** Columns below which the content is broken rather than the column made narrower. */
  readonly least: number;
}

export const GAP = 2;

/** On a terminal that is narrower than the least widths together. */
const BARELY = 6;

/** Widths that fit `available` columns: as wide as the content where there is room, else the widest gives way first. */
export function columnWidths(
  plans: readonly ColumnPlan[],
  rows: readonly (readonly Cell[])[],
  available: number,
): number[] {
  const natural = plans.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => cellWidth(row[i] ?? []))));
  const room = available - GAP * (plans.length - 1);
  const comfortable = shrink(
    natural,
    plans.map(({ title, least }) => Math.max(title.length, least)),
    room,
  );
  return shrink(
    comfortable,
    plans.map(({ title }) => Math.max(title.length, BARELY)),
    room,
  );
}

/** Takes from the column with the most to spare, column by column, until all fit or nobody has anything to spare. */
function shrink(from: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...from];
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    const spare = widths.map((width, i) => width - (least[i] ?? 0));
    const most = Math.max(...spare);
    if (most <= 0) break;
    const yielding = spare.indexOf(most);
    widths[yielding] = (widths[yielding] ?? 0) - 1;
  }
  return widths;
}

function cellWidth(cell: Cell): number {
  return Math.max(0, ...cell.map(spansWidth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function cellLines(cell: Cell, width: number): Span[][] {
  return cell.flatMap((paragraph) => wrap(paragraph, width));
}
