import { PlacedString } from './placed-string.ts';

/** A word of a command line or of `Environment=`. */
export interface QuotedWord {
  readonly text: PlacedString;
  readonly quoted: boolean;
  /** Where it begins and ends in the line, with its quotes. */
  readonly start: number;
  readonly end: number;
}

/**
 * Splits as systemd does (extract_first_word() in src/basic/extract-word.c with EXTRACT_UNQUOTE and EXTRACT_CUNESCAPE):
 * quotes of both kinds anywhere in a word, backslash escapes as in C. What a template fills in is part of one word. `separator` is white space, or `,` for supervisor.
 */
export function quotedWords(line: PlacedString, separator: RegExp = /\s/): readonly QuotedWord[] {
  const { text } = line;
  const words: QuotedWord[] = [];
  const lastHole = text.lastIndexOf('}}');
  let at = 0;
  while (at < text.length) {
    while (at < text.length && separator.test(text[at] ?? '')) at += 1;
    if (at >= text.length) break;
    const start = at;
    const out = new PlacedString(line.file);
    let quoted = false;
    let quote = '';
    let run = at;
    const flush = (): void => {
      for (let from = run; from < at; ) {
        // One stretch for as long as the line runs alike in the file.
        let to = at;
        if (line.offset(at - 1) - line.offset(from) !== at - 1 - from) {
          to = from + 1;
          while (to < at && line.offset(to) === line.offset(to - 1) + 1) to += 1;
        }
        out.add(text.slice(from, to), line.offset(from));
        from = to;
      }
    };
    while (at < text.length) {
      const character = text[at] ?? '';
      if (quote !== '' ? character === quote : character === '"' || character === "'") {
        flush();
        quote = quote === '' ? character : '';
        quoted = true;
        at += 1;
        run = at;
      } else if (character === '\\' && at + 1 < text.length) {
        const escaped = text[at + 1] ?? '';
        const plain = ESCAPES[escaped];
        if (plain !== undefined) {
          flush();
          out.add(plain, line.offset(at + 1));
          at += 2;
          run = at;
        } else at += 2;
      } else if (at < lastHole && text.startsWith('{{', at)) at = text.indexOf('}}', at) + 2;
      else if (quote === '' && separator.test(character)) break;
      else at += 1;
    }
    flush();
    words.push({
      text: out.length > 0 ? out : line.slice(start, start).trimmed(line.offset(start)),
      quoted,
      start,
      end: at,
    });
  }
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
};
