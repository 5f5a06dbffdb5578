import type { Value } from '../deployment/value.ts';

/** The text after `from`, with its own place where the value stands in the file letter by letter. */
export function tail(value: Value, from: number): Value {
  const literal = value.via.length === 0 && value.span.end - value.span.start === value.text.length;
  const span = literal ? { ...value.span, start: value.span.start + from } : value.span;
  return { ...value, text: value.text.slice(from), span };
}

/** The lines of a script, each with its place where that is known; a quoted or escaped end of line ends none. */
export function splitLines(value: Value): Value[] {
  const lines: Value[] = [];
  for (const found of value.text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\n"'\\]|["'\\])+/gs)) {
    const from = tail(value, found.index);
    const { length } = found[0];
    const literal = from.span.end - from.span.start === from.text.length && from.via.length === 0;
    lines.push({
      ...from,
      text: found[0],
      span: literal ? { ...from.span, end: from.span.start + length } : from.span,
    });
  }
  return lines;
}

/** What a program is called by: the last part of its path, without `.exe`, lower case. */
export function programName(word: string): string {
  const name = word.split(/[\\/]/).at(-1) ?? word;
  return name.toLowerCase().replace(/\.exe$/, '');
}

/** Splits text as a shell would do with quotes, without expanding anything; each word with its place where that is known. */
export function splitWords(value: Value): Value[] {
  const words: Value[] = [];
  const literal = value.via.length === 0 && value.span.end - value.span.start === value.text.length;
  for (const found of value.text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\{[^}]*\}|\\.|[^\s"'\\])+/gs)) {
    const raw = found[0];
    const text = raw.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) =>
      double === undefined ? (single ?? escaped) : double.replace(/\\(["\\$`])/g, '$1'),
    );
    const start = value.span.start + found.index;
    const span = literal ? { ...value.span, start, end: start + raw.length } : value.span;
    words.push(
      value.kind === 'unresolved' && !raw.includes('$') && !raw.includes('{{')
        ? { kind: 'explicit', text, span, via: value.via }
        : { ...value, text, span },
    );
  }
  return words;
}
