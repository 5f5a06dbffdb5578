import type { Span } from '../../../model/span.ts';
import { PlacedString } from '../../ini/placed-string.ts';
import type { SourceText } from '../../source/source-text.ts';
import { isSection, unknownKeyword } from './keywords.ts';

/*
 * Words of an HAProxy configuration, split as section 2.2 of its manual says: `#` begins a comment wherever it is not
 * quoted, backslash escapes, quotes of both kinds.
 */

export interface Word {
  readonly text: string;
  readonly span: Span;
}

export interface Line {
  readonly name: Word;
  readonly args: readonly Word[];
  readonly span: Span;
}

export interface Section {
  /** `frontend`, `backend`, `listen`, `defaults`, `global` … */
  readonly kind: string;
  readonly title: Line;
  readonly lines: readonly Line[];
}

const MOST_TROUBLES = 5;

export interface HaproxyText {
  readonly sections: readonly Section[];
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

export function parseHaproxy(source: SourceText, example: boolean): HaproxyText {
  const sections: { kind: string; title: Line; lines: Line[] }[] = [];
  const troubles: { span: Span; what: string }[] = [];
  // What modules add to the Enterprise edition is not told here.
  const moreWords = example || /^\s*module-load\s/m.test(source.text);
  const trouble = (span: Span, what: string): void => {
    if (troubles.length < MOST_TROUBLES) troubles.push({ span, what });
  };
  for (const words of lines(source, trouble)) {
    const [name, ...args] = words;
    if (!name) continue;
    const line: Line = { name, args, span: { ...name.span, end: args.at(-1)?.span.end ?? name.span.end } };
    // A template's control statement.
    if (/^(\{[%#{]|<%|\.(if|elif|else|endif|notice|warning|alert|diag)$)/.test(name.text)) continue;
    const section = sections.at(-1);
    if (isSection(name.text)) sections.push({ kind: name.text, title: line, lines: [] });
    else if (section) {
      section.lines.push(line);
      const unknown = moreWords ? null : unknownKeyword(name.text, section.kind);
      if (unknown !== null) trouble(name.span, `haproxy: ${unknown}`);
    } else trouble(line.span, 'stands before the first section');
  }
  return { sections, troubles };
}

function* lines({ file, text }: SourceText, trouble: (span: Span, what: string) => void): Generator<readonly Word[]> {
  let words: Word[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') {
      yield words;
      words = [];
      at += 1;
    } else if (/\s/.test(character)) at += 1;
    else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else {
      const { word, end, open } = takeWord(file, text, at);
      if (open) trouble({ file, start: at, end }, 'a quote that nothing closes on its line');
      words.push(word);
      at = end;
    }
  }
  yield words;
}

interface Taken {
  readonly word: Word;
  readonly end: number;
  /** A quote was not closed. */
  readonly open: boolean;
}

function takeWord(file: string, text: string, start: number): Taken {
  const out = new PlacedString(file);
  let quote = '';
  let at = start;
  let run = at;
  const flush = (): void => out.add(text.slice(run, at), run);
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') break;
    if (quote !== '' ? character === quote : character === '"' || character === "'") {
      flush();
      quote = quote === '' ? character : '';
      run = at + 1;
    } else if (character === '\\' && quote !== "'" && at + 1 < text.length && text[at + 1] !== '\n') {
      flush();
      at += 1;
      run = at;
    } else if (quote === '' && (/\s/.test(character) || character === '#')) break;
    at += 1;
  }
  flush();
  const span = out.length > 0 ? out.span : { file, start, end: at };
  return { word: { text: out.text, span }, end: Math.max(at, start + 1), open: quote !== '' };
}
