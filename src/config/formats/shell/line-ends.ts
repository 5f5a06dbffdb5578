import type { Placement } from './words.ts';

interface Parsed {
  readonly text: string;
  readonly place: Placement;
}

/** A text as the parser takes it, with places that stay within it: behind a backslash at the end, a word ends after that. */
export function asParsed(written: string, where: Placement): Parsed {
  const { text, place } = withoutReturns(written, where);
  return { text, place: { ...place, offset: (inner) => place.offset(Math.min(inner, text.length)) } };
}

/** Lines of Windows: a carriage return would be the end of the last word. */
function withoutReturns(text: string, place: Placement): Parsed {
  if (!text.includes('\r\n')) return { text, place };
  const lines = text.split('\r\n');
  const starts: number[] = [];
  let inner = 0;
  for (const line of lines) {
    starts.push(inner);
    inner += line.length + 1;
  }
  // As many returns were taken away before a place as there are lines before its own.
  const offset = (index: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return place.offset(index + low);
  };
  return { text: lines.join('\n'), place: { ...place, offset } };
}
