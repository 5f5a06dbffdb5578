import type { Value } from '../deployment/value.ts';
import type { SourceText } from '../source/source-text.ts';

/** `table.key` and its value; lists joined by `, `. */
export interface TomlSetting {
  readonly path: readonly string[];
  readonly value: Value;
}

const HEADER = /^[ \t]*\[\[?[ \t]*([^\]\n]+?)[ \t]*\]\]?[ \t]*(?:#.*)?$/;
const KEY = /^[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=[ \t]*/;
const SCALAR =
  /"""(?:\r?\n)?([\s\S]*?)"""|'''(?:\r?\n)?([\s\S]*?)'''|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^\s,#[\]{}=]+)/y;

/** Settings of a TOML file with their places; what is no setting is passed over. */
export function readToml(source: SourceText): TomlSetting[] {
  const { text } = source;
  const found: TomlSetting[] = [];
  let table: readonly string[] = [];
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    const header = line.length < 500 ? HEADER.exec(line) : null;
    const key = header ? null : KEY.exec(line.slice(0, 500));
    if (header) table = names(header[1] ?? '');
    else if (key) {
      const read = values(source, at + key[0].length);
      const path = [...table, ...names(key[1] ?? '')];
      if (read.value) found.push({ path, value: read.value });
      for (const inner of read.inner) found.push({ path: [...path, ...inner.path], value: inner.value });
      at = Math.max(lineEnd(text, read.end), end) + 1;
      continue;
    }
    at = end + 1;
  }
  return found;
}

function names(dotted: string): string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|[\w-]+/g)].map((match) => match[1] ?? match[2] ?? match[0]);
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function values(
  source: SourceText,
  from: number,
): { readonly value: Value | null; readonly inner: readonly TomlSetting[]; readonly end: number } {
  const { text } = source;
  if (text[from] === '{') return inlineTable(source, from);
  if (text[from] !== '[') {
    const scalar = scalarAt(source, from);
    return { value: scalar?.value ?? null, inner: [], end: scalar?.end ?? from };
  }
  const items: Value[] = [];
  let at = from + 1;
  for (let count = 0; at < text.length && text[at] !== ']' && count < 10_000; count += 1) {
    const blank = /(?:[\s,[]|#[^\n]*)*/y;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    const scalar = scalarAt(source, at);
    if (!scalar) break;
    items.push(scalar.value);
    at = scalar.end;
  }
  const [first] = items;
  const span = source.span(first?.span.start ?? from, items.at(-1)?.span.end ?? from);
  const only = items.length === 1 ? first : undefined;
  return {
    value: only ?? { kind: 'explicit', text: items.map((item) => item.text).join(', '), span, via: [] },
    inner: [],
    end: at,
  };
}

function inlineTable(
  source: SourceText,
  from: number,
): { readonly value: null; readonly inner: readonly TomlSetting[]; readonly end: number } {
  const end = lineEnd(source.text, from);
  const inner: TomlSetting[] = [];
  for (const match of source.text.slice(from, Math.min(end, from + 4096)).matchAll(/([\w-]+)\s*=\s*/g)) {
    const scalar = scalarAt(source, from + match.index + match[0].length);
    if (scalar) inner.push({ path: [match[1] ?? ''], value: scalar.value });
  }
  return { value: null, inner, end };
}

function scalarAt(source: SourceText, at: number): { readonly value: Value; readonly end: number } | null {
  SCALAR.lastIndex = at;
  const match = SCALAR.exec(source.text);
  if (!match) return null;
  const [all] = match;
  const text = match.slice(1).find((group) => group !== undefined) ?? '';
  const start = all.startsWith(text) ? at : at + all.indexOf(text, 1);
  return {
    value: { kind: 'explicit', text, span: source.span(start, start + text.length), via: [] },
    end: at + all.length,
  };
}
