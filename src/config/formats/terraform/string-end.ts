/** Strings within templates within strings: deeper than this nobody writes. */
const DEEPEST_STRING = 30;

/** The quote that closes a string; a template in it may hold strings and line breaks of its own. */
export function stringEnd(text: string, open: number, nested = 0): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '$' && text[at + 1] === '$') at += 1;
    else if (/[$%]/.test(text[at] ?? '') && text[at + 1] === '{') at = templateEnd(text, at + 2, nested) ?? at;
    else if (text[at] === '"') return at;
    else if (text[at] === '\n') return at - 1;
  }
  return text.length;
}

/** The brace that closes `${`; null: none does. */
function templateEnd(text: string, from: number, nested: number): number | null {
  if (nested > DEEPEST_STRING) return null;
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') at = stringEnd(text, at, nested + 1);
    else if (text[at] === '{') depth += 1;
    else if (text[at] === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return null;
}
