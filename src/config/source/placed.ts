import type { Span } from '../../model/span.ts';

/** A text and where it stands. The span is as long as the text, unless quotes or escapes lie between. */
export interface Placed {
  readonly text: string;
  readonly span: Span;
}

/** A stretch of it; the whole span where escapes make the place of a part uncertain. */
export function part({ text, span }: Placed, start: number, end: number = text.length): Placed {
  const exact = span.end - span.start === text.length;
  return {
    text: text.slice(start, end),
    span: exact ? { file: span.file, start: span.start + start, end: span.start + end } : span,
  };
}

export interface Authority {
  readonly host: Placed | null;
  readonly port: Placed | null;
}

/** `host`, `host:port`, `:port`, `[::1]:port`, and `port` alone where `bare` says so. */
export function authority(placed: Placed, bare: 'host' | 'port' = 'host'): Authority {
  const { text } = placed;
  if (bare === 'port' && /^\d+$/.test(text)) return { host: null, port: placed };
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.indexOf(':', bracket + 1) === -1 ? -1 : text.lastIndexOf(':');
  // More than one colon outside of brackets: an address of version 6 without its port.
  if (bracket === -1 && colon !== text.indexOf(':')) return { host: placed, port: null };
  if (colon === -1) return { host: text === '' ? null : placed, port: null };
  return {
    host: colon === 0 ? null : part(placed, 0, colon),
    port: colon + 1 === text.length ? null : part(placed, colon + 1),
  };
}
