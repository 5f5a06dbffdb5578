import type { Value } from '../../deployment/value.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import { interpolate, type Lookup } from '../../source/interpolation.ts';

interface Word {
  readonly from: number;
  readonly to: number;
}

/** Where words stand: split at white space outside of quotes; a backslash takes the next character, also a line break. */
function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  let from = -1;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const continued = character === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3));
    if (quote === '' && (/\s/.test(character) || continued)) {
      if (from !== -1) words.push({ from, to: at });
      from = -1;
      continue;
    }
    if (from === -1) from = at;
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  if (from !== -1) words.push({ from, to: text.length });
  return words;
}

/** A word without its quotes and with its variables filled in. */
function valueAt(body: ExpandedText, { from, to }: Word, lookup: Lookup): Value {
  const raw = body.text.slice(from, to);
  const quote = /^(["'])[\s\S]*\1$/.exec(raw)?.[1];
  const start = quote && raw.length > 1 ? from + 1 : from;
  const end = quote && raw.length > 1 ? to - 1 : to;
  const text = body.text.slice(start, end);
  const placed = { text, file: body.whole.file, offset: (index: number) => body.offset(start + index) };
  if (quote === "'") return body.slice(start, end);
  const value = interpolate(placed, lookup);
  if (value.kind === 'unresolved' || !/[\\"']/.test(value.text)) return value;
  return { ...value, text: value.text.replace(/\\(.)/gs, '$1').replace(/["']/g, '') };
}

export function plainWords(body: ExpandedText, lookup: Lookup): Value[] {
  return wordsIn(body.text).map((word) => valueAt(body, word, lookup));
}

/** `A=b C="d e"`, and the older `A b c`. */
export function assignments(
  body: ExpandedText,
  lookup: Lookup,
): { readonly name: string; readonly value: Value | null }[] {
  const words = wordsIn(body.text);
  const [first, second] = words;
  if (!first) return [];
  const name = body.text.slice(first.from, first.to);
  if (!name.includes('=') && second) {
    const end = words.at(-1)?.to ?? second.to;
    return [{ name, value: valueAt(body, { from: second.from, to: end }, lookup) }];
  }
  return words.map((word) => {
    const text = body.text.slice(word.from, word.to);
    const equals = text.indexOf('=');
    if (equals === -1) return { name: text, value: null };
    return {
      name: text.slice(0, equals).replace(/["']/g, ''),
      value: valueAt(body, { from: word.from + equals + 1, to: word.to }, lookup),
    };
  });
}

/** The strings of `["a", "b"]`; null when it is none, which makes it a shell line. */
export function execForm(body: ExpandedText): Value[] | null {
  const text = body.text.replaceAll(/\\\r?\n/g, (match) => ' '.repeat(match.length));
  const trimmed = text.trim();
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed.some((item) => typeof item !== 'string')) return null;
    const places = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
    return places.map((match, index) => {
      const from = match.index + 1;
      const value = body.slice(from, from + (match[1] ?? '').length);
      return value.kind === 'explicit' ? { ...value, text: String(parsed[index] ?? value.text) } : value;
    });
  } catch {
    return null;
  }
}
