/** Further than this no template reaches: a text of nothing but openings is not walked to its end for each of them. */
const LONGEST_TEMPLATE = 5_000;

/** The quote that closes a string; a template in it may hold strings and line breaks of its own. */
export function stringEnd(text: string, open: number): number {
  return throughTemplates(text, open) ?? throughText(text, open);
}

/** Null: a template in it is not closed. */
function throughTemplates(text: string, open: number): number | null {
  /** What is open around a place: strings, templates in them, braces in those. */
  const around: ('"' | '{')[] = ['"'];
  let templateAt = open;
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at];
    if (around.at(-1) === '{') {
      if (at - templateAt > LONGEST_TEMPLATE) return null;
      if (character === '"' || character === '{') around.push(character);
      else if (character === '}') around.pop();
    } else if (character === '\\' || (character === '$' && text[at + 1] === '$')) at += 1;
    else if ((character === '$' || character === '%') && text[at + 1] === '{') {
      if (around.length === 1) templateAt = at;
      around.push('{');
      at += 1;
    } else if (character === '"' || character === '\n') {
      around.pop();
      if (around.length === 0) return character === '"' ? at : at - 1;
    }
  }
  return around.length === 1 ? text.length : null;
}

/** A string whose templates are none: up to the first quote, or the end of the line. */
function throughText(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text[at] === '\n') return at - 1;
  }
  return text.length;
}
