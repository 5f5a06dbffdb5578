import type { Variable } from '../../deployment/declarations.ts';
import { interpolate, type Lookup } from '../../source/interpolation.ts';
import type { SourceText } from '../../source/source-text.ts';

/*
 * `NAME=value` files as Docker Compose and the dotenv libraries read them: `export`, quotes over several lines, an inline
 * comment only after white space, `${OTHER}` in what is not in single quotes. A later line wins.
 */

const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*/;
/** Longer values are files, not settings. */
const LONGEST_QUOTED = 65_536;

export function parseDotenv(
  source: SourceText,
  outer: Lookup = () => undefined,
  /** Called with the place of a quote that nothing closes. */
  unclosed: (at: number) => void = () => {},
): readonly Variable[] {
  const found = new Map<string, Variable>();
  const lookup: Lookup = (name) => found.get(name)?.value ?? outer(name);
  const { text } = source;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const head = LINE.exec(text.slice(at, Math.min(lineEnd, at + 512)));
    if (head === null) {
      at = lineEnd + 1;
      continue;
    }
    const name = head[1] ?? '';
    const start = at + head[0].length;
    const { from, to, next, literal } = valueAt(text, start, lineEnd);
    if (from === start && /["']/.test(text.charAt(start))) unclosed(start);
    const placed = { text: text.slice(from, to), file: source.file, offset: (index: number) => from + index };
    const value = literal
      ? ({ kind: 'explicit', text: placed.text, span: source.span(from, to), via: [] } as const)
      : interpolate(placed, lookup);
    found.delete(name);
    found.set(name, { name, value });
    at = next;
  }
  return [...found.values()];
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly next: number;
  readonly literal: boolean;
}

function valueAt(text: string, start: number, lineEnd: number): Stretch {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    const close = closingQuote(text, start, quote);
    if (close !== -1) return { from: start + 1, to: close, next: endOfLine(text, close) + 1, literal: quote === "'" };
  }
  const raw = text.slice(start, lineEnd).replace(/\r$/, '');
  const comment = quote === '#' ? 0 : raw.search(/[ \t]#/);
  const kept = (comment === -1 ? raw : raw.slice(0, comment)).trimEnd();
  return { from: start, to: start + kept.length, next: lineEnd + 1, literal: false };
}

/** -1 when the quote is never closed, which makes it part of the value. */
function closingQuote(text: string, start: number, quote: string): number {
  const limit = Math.min(text.length, start + LONGEST_QUOTED);
  for (let at = start + 1; at < limit; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}
