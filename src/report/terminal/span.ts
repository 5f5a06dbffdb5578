import type { Severity } from '../../model/rule.ts';
import { neutralise, neutraliseCell, type ShownText } from './neutralise.ts';
import { clip, widthOf } from './width.ts';

/*
 * Styled text. Whatever goes to the terminal is a span, and a span can only be made of neutralised text;
 * escape sequences are written by `paint` alone.
 */

/** ECMA-48 §8.3.117 (SGR): parameters that switch a style on and off again. */
const SGR = {
  plain: null,
  strong: ['1', '22'],
  faint: ['2', '22'],
  alarm: ['1;31', '22;39'],
  bad: ['31', '39'],
  warn: ['33', '39'],
  good: ['32', '39'],
  note: ['36', '39'],
} as const satisfies Record<string, readonly [string, string] | null>;

export type Style = keyof typeof SGR;

export interface Span {
  readonly text: ShownText;
  readonly style: Style;
}

/** Longer text is cut: the JSON has all of it. */
const LONGEST_SPAN = 400;
const LONGEST_IN_CELL = 120;

/** Any text, made harmless. */
export function span(text: string, style: Style = 'plain', columns: number = LONGEST_SPAN): Span {
  return { text: clip(neutralise(head(text, columns)), columns) as ShownText, style };
}

/** The same for a table cell. */
export function cellSpan(text: string, style: Style = 'plain', columns: number = LONGEST_IN_CELL): Span {
  return { text: clip(neutraliseCell(head(text, columns)), columns) as ShownText, style };
}

/** Saves work on megabytes of which a line is shown; marks without width need some slack. */
function head(text: string, columns: number): string {
  return text.slice(0, columns * 8);
}

export function paint(spans: readonly Span[], colour: boolean): string {
  return merged(spans)
    .map(({ text, style }) => styled(text, style, colour))
    .join('');
}

function merged(spans: readonly Span[]): Span[] {
  const runs: Span[] = [];
  for (const { text, style } of spans) {
    const last = runs.at(-1);
    if (last?.style === style) runs[runs.length - 1] = { text: (last.text + text) as ShownText, style };
    else runs.push({ text, style });
  }
  return runs;
}

function styled(text: string, style: Style, colour: boolean): string {
  const codes = SGR[style];
  if (!colour || codes === null || text === '') return text;
  const [on, off] = codes;
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((width, { text }) => width + widthOf(text), 0);
}

export const SEVERITY_STYLES = {
  critical: 'alarm',
  high: 'bad',
  medium: 'warn',
  low: 'note',
  info: 'faint',
} as const satisfies Record<Severity, Style>;
