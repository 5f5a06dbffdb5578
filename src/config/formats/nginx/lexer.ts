import type { SourceText } from '../../source/source-text.ts';

/*
 * The words of an nginx file, as ngx_conf_read_token() in src/core/ngx_conf_file.c splits them, and besides that what
 * templates put between them: `{{ … }}` and `<% … %>` are part of a word, `{% … %}` and `{# … #}` are skipped.
 */

export interface Word {
  readonly kind: 'word';
  /** Without quotes and escapes. */
  readonly text: string;
  /** Without quotes. */
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

export interface Mark {
  readonly kind: ';' | '{' | '}' | 'end';
  readonly start: number;
}

export type Token = Word | Mark;

export class Lexer {
  readonly source: SourceText;
  readonly troubles: { start: number; end: number; what: string }[] = [];
  at = 0;
  /** Whether a template's control statement was skipped: what it guards may or may not be there. */
  templated = false;
  readonly #text: string;
  /** A quote that nothing closes from here on is an ordinary character: looked for once only. */
  readonly #unclosed = new Set<string>();

  constructor(source: SourceText) {
    this.source = source;
    this.#text = source.text;
    if (this.#text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  next(): Token {
    this.#skip();
    const start = this.at;
    const character = this.#text[start];
    if (character === undefined) return { kind: 'end', start };
    if (character === ';' || character === '}' || (character === '{' && this.#insertEnd(start) === -1)) {
      this.at += 1;
      return { kind: character, start };
    }
    if (character === '"' || character === "'") {
      const word = this.#quoted(character);
      if (word) return word;
    }
    return this.#plain();
  }

  /** Only spaces stand between here and the end of the line. */
  atLineEnd(): boolean {
    for (let at = this.at; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === '\n' || character === '#') return true;
      if (character !== ' ' && character !== '\t' && character !== '\r') return false;
    }
    return true;
  }

  #skip(): void {
    const text = this.#text;
    for (;;) {
      const character = text[this.at];
      if (character === undefined) return;
      if (character === '#') this.#to('\n', 0);
      else if (character === '{' && (text[this.at + 1] === '%' || text[this.at + 1] === '#')) {
        this.templated ||= text[this.at + 1] === '%';
        this.#to(text[this.at + 1] === '%' ? '%}' : '#}', 2);
      } else if (/\s/.test(character)) this.at += 1;
      else return;
    }
  }

  #to(mark: string, length: number): void {
    const end = this.#text.indexOf(mark, this.at + 1);
    this.at = end === -1 ? this.#text.length : end + length;
  }

  /** The end of a template's `{{ … }}` or `<% … %>` on this line; -1 when none begins here. */
  #insertEnd(at: number): number {
    const near = this.#text.slice(at, at + LONGEST_INSERT);
    return at + (/^(?:\{\{[^\n]*?\}\}|<%[^\n]*?%>)/.exec(near)?.[0].length ?? -1 - at);
  }

  #quoted(quote: string): Word | null {
    if (this.#unclosed.has(quote)) return null;
    const text = this.#text;
    const start = this.at + 1;
    const parts: string[] = [];
    let from = start;
    for (let at = start; at < text.length; at += 1) {
      const character = text[at];
      if (character === '\\') {
        const escaped = text[at + 1] ?? '';
        const plain = '"\'\\'.includes(escaped) ? escaped : ESCAPES[escaped];
        if (plain !== undefined && escaped !== '') {
          parts.push(text.slice(from, at), plain);
          from = at + 2;
        }
        at += 1;
      } else if (character === quote) {
        parts.push(text.slice(from, at));
        this.at = at + 1;
        return { kind: 'word', text: parts.join(''), start, end: at, quoted: true };
      }
    }
    this.#unclosed.add(quote);
    this.troubles.push({ start: this.at, end: this.at + 1, what: 'a quote that nothing closes' });
    return null;
  }

  #plain(): Word {
    const text = this.#text;
    const start = this.at;
    const parts: string[] = [];
    let from = start;
    let at = start;
    while (at < text.length) {
      const character = text[at] ?? '';
      const insert = character === '{' || character === '<' ? this.#insertEnd(at) : -1;
      if (insert !== -1) {
        at = insert;
        continue;
      }
      if (character === '$' && text[at + 1] === '{') {
        at += 2;
        continue;
      }
      if (character === ';' || character === '{' || /\s/.test(character)) break;
      if (character === '\\') {
        const escaped = text[at + 1] ?? '';
        const plain = escaped !== '' && '"\'\\'.includes(escaped) ? escaped : ESCAPES[escaped];
        if (plain !== undefined && escaped !== '') {
          parts.push(text.slice(from, at), plain);
          from = at + 2;
        }
        at += 2;
        continue;
      }
      at += 1;
    }
    at = Math.max(Math.min(at, text.length), start + 1);
    this.at = at;
    parts.push(text.slice(from, at));
    return { kind: 'word', text: parts.join(''), start, end: at, quoted: false };
  }
}

const LONGEST_INSERT = 300;
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };
