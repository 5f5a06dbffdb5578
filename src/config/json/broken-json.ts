/** What comes next: a value, or at its place the end of an empty list; a name, or the end of an empty object; `:`; `,` or the end. */
type Next = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'more';

const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** The offset at which a text stops being JSON (RFC 8259), its length where it ends too early; null: it is whole. */
export function brokenJsonAt(text: string): number | null {
  const stack: ('[' | '{')[] = [];
  let next: Next = 'value';
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (; at < text.length; ) {
    const character = text[at] ?? '';
    if (/[ \t\r\n]/.test(character)) {
      at += 1;
      continue;
    }
    if (next === 'more' && stack.length === 0) return at;
    const top = stack.at(-1);
    if (next === 'colon' || (next === 'more' && character === ',')) {
      if (character !== (next === 'colon' ? ':' : ',')) return at;
      next = next === 'more' && top === '{' ? 'name' : 'value';
      at += 1;
    } else if (character === (top === '{' ? '}' : ']') && /^(more|(value|name)-or-end)$/.test(next)) {
      stack.pop();
      next = 'more';
      at += 1;
    } else if (next === 'more') return at;
    else if (character === '"') {
      const end = stringEnd(text, at);
      if (text[end] !== '"') return end;
      next = next.startsWith('name') ? 'colon' : 'more';
      at = end + 1;
    } else if (next.startsWith('name')) return at;
    else if (character === '{' || character === '[') {
      stack.push(character);
      next = character === '{' ? 'name-or-end' : 'value-or-end';
      at += 1;
    } else {
      PLAIN.lastIndex = at;
      if (!PLAIN.test(text)) return at;
      next = 'more';
      at = PLAIN.lastIndex;
    }
  }
  return next === 'more' && stack.length === 0 ? null : text.length;
}

/** The closing quote, or what cannot stand in a string. */
function stringEnd(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return at;
      at = ESCAPE.lastIndex;
    } else if (text.charCodeAt(at) < 0x20) return at;
    else at += 1;
  }
  return at;
}
