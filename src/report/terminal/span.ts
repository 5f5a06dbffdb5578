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
  /** Where a click leads, on terminals that can do that. */
  readonly link?: LinkTarget;
}

declare const printable: unique symbol;

/** An http or https URL of printable ASCII, short enough for every terminal. Only `linked` makes it. */
export type LinkTarget = string & { readonly [printable]: true };

/** VTE and iTerm2 take no longer ones (gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
const LONGEST_LINK = 2083;

/** The span with a link; without one where the URL is of another kind, or holds what could steer a terminal. */
export function linked(shown: Span, url: string | null | undefined): Span {
  if (typeof url !== 'string' || url.length > LONGEST_LINK || !/^https?:\/\/[!-~]+$/.test(url)) return shown;
  return { ...shown, link: url as LinkTarget };
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
    .map(({ text, style, link }) => clickable(styled(text, style, colour), link))
    .join('');
}

function merged(spans: readonly Span[]): Span[] {
  const runs: Span[] = [];
  for (const part of spans) {
    const last = runs.at(-1);
    if (last !== undefined && last.style === part.style && last.link === part.link)
      runs[runs.length - 1] = { ...last, text: (last.text + part.text) as ShownText };
    else runs.push(part);
  }
  return runs;
}

function styled(text: string, style: Style, colour: boolean): string {
  const codes = SGR[style];
  if (!colour || codes === null || text === '') return text;
  const [on, off] = codes;
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

/** OSC 8: the URL, the text, and the end of the link. */
function clickable(text: string, link: LinkTarget | undefined): string {
  return link === undefined ? text : `\x1b]8;;${link}\x1b\\${text}\x1b]8;;\x1b\\`;
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
