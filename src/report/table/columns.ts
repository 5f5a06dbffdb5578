import { type Span, spansWidth } from '../terminal/span.ts';
import { wrap } from '../terminal/wrap.ts';
import type { Cell } from './cells.ts';

export interface ColumnPlan {
  readonly title: string;
  /** Columns below which the content is broken rather than the column made narrower. */
  readonly least: number;
}

export const GAP = 2;

/** Widths that fit `available` columns: as wide as the content where there is room, else the widest gives way first. */
export function columnWidths(
  plans: readonly ColumnPlan[],
  rows: readonly (readonly Cell[])[],
  available: number,
): number[] {
  const widths = plans.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => cellWidth(row[i] ?? []))));
  const room = available - GAP * (plans.length - 1);
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    const yielding = widestOf(plans, widths);
    if (yielding === null) break;
    widths[yielding] = (widths[yielding] ?? 0) - 1;
  }
  return widths;
}

/** The column with the most to give, or null when all are at their least. */
function widestOf(plans: readonly ColumnPlan[], widths: readonly number[]): number | null {
  let widest: number | null = null;
  let most = 0;
  for (const [i, { title, least }] of plans.entries()) {
    const spare = (widths[i] ?? 0) - Math.max(least, title.length);
    if (spare > most) [widest, most] = [i, spare];
  }
  return widest;
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
