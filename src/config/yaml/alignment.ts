/**
 * Where each code unit of a value stands in its source, when the source has more than the value: indentation, folded
 * line breaks, escapes. One more than the value is long. What cannot be found stands at the last place that was.
 */
export function alignment(value: string, source: string, start: number, end: number): readonly number[] {
  const offsets: number[] = [];
  let at = start;
  for (const character of value) {
    const found = seek(character, source, at, end);
    const place = found === -1 ? at : found;
    for (let unit = 0; unit < character.length; unit += 1) offsets.push(place + unit);
    if (found !== -1) at = found + character.length;
  }
  offsets.push(Math.min(at, end));
  return offsets;
}

/** How far ahead a character may stand: indentation and escapes, not another sentence. */
const FARTHEST = 400;

function seek(character: string, source: string, from: number, end: number): number {
  const limit = Math.min(end, from + FARTHEST);
  if (character === '\n' || character === ' ') {
    for (let at = from; at < limit; at += 1) {
      const seen = source[at];
      if (seen === character || (character === ' ' && (seen === '\n' || seen === '\t'))) return at;
      if (seen !== ' ' && seen !== '\r' && seen !== '\t') return -1;
    }
    return -1;
  }
  for (let at = from; at < limit; at += 1) if (source.startsWith(character, at)) return at;
  return -1;
}
