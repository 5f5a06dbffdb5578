import type { ReportOptions } from '../formats.ts';
import { paint, type Span, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';

/** The sheet that is written on. */
export interface Page {
  /** Columns a table may take. */
  readonly columns: number;
  /** Columns of running text: longer lines are hard to follow. */
  readonly textColumns: number;
  readonly colour: boolean;
  readonly links: boolean;
  readonly all: boolean;
  /** Room for a second thought in a table cell. */
  readonly wide: boolean;
}

const NARROWEST = 60;
const LONGEST_LINE = 110;
const WIDE = 120;

export function pageFor({ columns, colour, all, links = false }: ReportOptions): Page {
  const usable = Math.max(Number.isFinite(columns) ? Math.floor(columns) : WIDE, NARROWEST);
  return { columns: usable, textColumns: Math.min(usable, LONGEST_LINE), colour, links, all, wide: usable >= WIDE };
}

export function heading(title: string, rest: readonly Span[], page: Page): string {
  return paint([span(title, 'strong'), ...(rest.length > 0 ? [span('  '), ...rest] : [])], page.colour);
}

/** `  Label   text`, the text hanging under itself. */
export function labelled(label: string, text: readonly Span[], labelColumns: number, page: Page): string[] {
  const indent = labelColumns + 4;
  return hanging([span(`  ${label}`, 'faint')], text, { indent, columns: page.textColumns, colour: page.colour });
}

/** A remark in running text. */
export function note(text: string, page: Page): string[] {
  return hanging([], [span(text, 'faint')], { indent: 0, columns: page.textColumns, colour: page.colour });
}
