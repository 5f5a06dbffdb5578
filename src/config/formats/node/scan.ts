import { jsxOpens } from './markup.ts';
import {
  BEFORE_EXPRESSION,
  CLOSES,
  NAMES,
  NUMBER,
  OPERATOR,
  OPERATOR_WORD,
  type Open,
  quoteEnd,
  UNJOINED,
  WANTS_MORE,
  WORD,
} from './tokens.ts';

/*
 * One walk over JavaScript or TypeScript that knows where code is and where comments, strings, templates, patterns and
 * the text of JSX are. It is no grammar: what it calls broken is what no grammar of either language takes (brackets
 * that do not pair, what is never closed, an operator with nothing behind it).
 */

/** Where a text stops being a program, and why. */
export interface Break {
  readonly at: number;
  readonly what: string;
}

export interface Scanned {
  /** The text with comments, and what is inside of quotes, as blanks: places unchanged. */
  readonly code: string;
  readonly broken: Break | null;
}

/** So that a file of mistakes costs no more. */
const FARTHEST = 50;

export function scan(text: string, { jsx }: { readonly jsx: boolean }): Scanned {
  const walk = new Walk(text, jsx);
  walk.run();
  return { code: walk.code, broken: walk.broken };
}

class Walk {
  broken: Break | null = null;
  readonly #text: string;
  readonly #jsx: boolean;
  readonly #stack: Open[] = [];
  readonly #out: string[] = [];
  #kept = 0;
  #at = 0;
  /** What was last: its text, or `''` and what it is for a literal. */
  #last = '';
  #lastAt = 0;
  #literal = false;
  /** The last thing is a value, so `/` divides. */
  #value = false;
  /** Up to here no pattern ends: a line of slashes is walked once. */
  #patternless = 0;

  constructor(text: string, jsx: boolean) {
    this.#text = text;
    this.#jsx = jsx;
  }

  get code(): string {
    return [...this.#out, this.#text.slice(this.#kept)].join('');
  }

  run(): void {
    const text = this.#text;
    if (/^\uFEFF?#!/.test(text)) this.#comment('\n', 0);
    while (this.#at < text.length) {
      const top = this.#stack.at(-1)?.with;
      if (top === '`') this.#template();
      else if (top === '<') this.#tag();
      else if (top === '</') this.#children();
      else this.#token();
    }
    const left = this.#stack.at(-1);
    if (left) this.#break(left.at, `nothing closes this ${NAMES[left.with]}`);
    else if (WANTS_MORE.test(this.#last)) this.#break(this.#lastAt, `\`${this.#last}\` has nothing behind it`);
  }

  #token(): void {
    const text = this.#text;
    const character = text[this.#at] ?? '';
    const next = text[this.#at + 1];
    if (/\s|\uFEFF/.test(character)) this.#at += 1;
    else if (character === '/' && next === '/') this.#comment('\n', 0);
    else if (character === '/' && next === '*') this.#comment('*/', 2);
    else if (character === '"' || character === "'") this.#string(character);
    else if (character === '`') this.#push('`', 1);
    else if (character === '/' && !this.#value && this.#pattern()) return;
    else if (character === '<' && this.#jsx && !this.#value && jsxOpens(text, this.#at)) this.#push('<', 1);
    else if (character === '(') this.#push('(', 1, /^(if|while|for|with)$/.test(this.#last));
    else if (character === '[') this.#push('[', 1);
    else if (character === '{') this.#push('{', 1, this.#isBlock());
    else if (character === ')' || character === ']' || character === '}') this.#close(character);
    else if (/\d/.test(character) || (character === '.' && /\d/.test(next ?? ''))) this.#number();
    else if (/[\w$#@\\\u0080-\uffff]/.test(character)) this.#word();
    else this.#operator();
  }

  #word(): void {
    const start = this.#at;
    const [joined, isMember] = [this.#joins(), this.#last === '.' || this.#last === '?.'];
    const word = this.#match(WORD);
    if (!joined && !OPERATOR_WORD.test(word)) this.#break(start, UNJOINED);
    this.#took(word, isMember || !BEFORE_EXPRESSION.test(word));
  }

  #number(): void {
    if (!this.#joins()) this.#break(this.#at, UNJOINED);
    this.#took(this.#match(NUMBER), true);
    this.#literal = true;
  }

  #operator(): void {
    const next = this.#text[this.#at] ?? '';
    if (next === ';' || next === ',') this.#tellMissing(next);
    const operator = this.#match(OPERATOR);
    // Behind a value `++` and `!` belong to it, before one they do not make it less of one.
    this.#took(operator, /^(\+\+|--|!)$/.test(operator) && this.#value);
  }

  #string(quote: string): void {
    const text = this.#text;
    if (!this.#joins()) this.#break(this.#at, UNJOINED);
    const start = this.#at;
    const end = quoteEnd(text, start, quote);
    if (text[end] !== quote) this.#break(start, 'nothing closes this string on its line');
    this.#blank(start + 1, end);
    this.#at = Math.min(end + 1, text.length);
    this.#took(quote, true, start);
    this.#literal = true;
  }

  /** A pattern up to its closing slash; what has none on its line divides after all. */
  #pattern(): boolean {
    const text = this.#text;
    if (this.#at < this.#patternless) return false;
    let inClass = false;
    let at = this.#at + 1;
    for (; at < text.length && text[at] !== '\n'; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === '[') inClass = true;
      else if (text[at] === ']') inClass = false;
      else if (text[at] === '/' && !inClass) {
        this.#blank(this.#at + 1, at);
        this.#took('/', true, this.#at);
        this.#at = at + 1;
        return true;
      }
    }
    this.#patternless = at;
    return false;
  }

  #comment(end: string, width: number): void {
    const start = this.#at;
    const found = this.#text.indexOf(end, start + width);
    if (found === -1 && width > 0) this.#break(start, 'nothing closes this comment');
    const to = found === -1 ? this.#text.length : found + width;
    this.#blank(start, to);
    this.#at = to;
  }

  #template(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    while (at < text.length && text[at] !== '`' && !(text[at] === '$' && text[at + 1] === '{'))
      at += text[at] === '\\' ? 2 : 1;
    at = Math.min(at, text.length);
    this.#blank(start, at);
    this.#at = at;
    if (text[at] === '`') this.#pop();
    else if (at < text.length) this.#push('${', 2);
  }

  /** Between `<` and `>`: names, strings without escapes, and code in braces. */
  #tag(): void {
    const text = this.#text;
    const character = text[this.#at] ?? '';
    if (character === '"' || character === "'") {
      const end = text.indexOf(character, this.#at + 1);
      if (end === -1) this.#break(this.#at, 'nothing closes this string');
      this.#blank(this.#at + 1, end === -1 ? text.length : end);
      this.#at = end === -1 ? text.length : end + 1;
    } else if (character === '{') this.#push('{', 1);
    else if (character === '/' && text[this.#at + 1] === '/') this.#comment('\n', 0);
    else if (character === '/' && text[this.#at + 1] === '*') this.#comment('*/', 2);
    else if (character === '/' && text[this.#at + 1] === '>') {
      this.#at += 1;
      this.#pop();
    } else if (character === '<') {
      if (/[\w$]/.test(text[this.#at - 1] ?? '')) this.#at = Math.max(this.#at, text.indexOf('>', this.#at)) + 1;
      else this.#push('<', 1);
    } else if (character === '>') {
      const { at = this.#at } = this.#stack.pop() ?? {};
      this.#stack.push({ with: '</', at, starts: false });
      this.#at += 1;
    } else this.#at += 1;
  }

  #children(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    while (at < text.length && text[at] !== '<' && text[at] !== '{') at += 1;
    this.#blank(start, at);
    this.#at = at;
    if (text[at] === '{') this.#push('{', 1);
    else if (text[at + 1] === '/') {
      const end = text.indexOf('>', at);
      this.#at = end === -1 ? text.length - 1 : end;
      this.#pop();
    } else if (at < text.length) this.#push('<', 1);
  }

  #push(bracket: Open['with'], width: number, starts = false): void {
    this.#stack.push({ with: bracket, at: this.#at, starts });
    this.#at += width;
    this.#took(bracket, false, this.#at - width);
  }

  /** The top of the stack ends at this character. */
  #pop(): void {
    const open = this.#stack.pop();
    this.#took(')', !open?.starts, this.#at);
    this.#literal = open?.with === '`';
    this.#at += 1;
  }

  #close(bracket: ')' | ']' | '}'): void {
    this.#tellMissing(bracket);
    const top = this.#stack.at(-1);
    const fits = (open: Open | undefined): boolean =>
      bracket === '}' ? open?.with === '{' || open?.with === '${' : open?.with === CLOSES[bracket];
    if (!fits(top)) {
      if (top) this.#break(top.at, `this ${NAMES[top.with]} is closed by \`${bracket}\``);
      else this.#break(this.#at, `\`${bracket}\` closes nothing`);
      // Behind a mistake, what fits further out is taken for what was meant.
      if (this.#stack.slice(-FARTHEST).some(fits)) while (!fits(this.#stack.at(-1))) this.#stack.pop();
    }
    this.#pop();
  }

  /** `a = ;`, `f(, b)` */
  #tellMissing(next: string): void {
    const top = this.#stack.at(-1)?.with;
    if (WANTS_MORE.test(this.#last) && !this.#literal)
      this.#break(this.#lastAt, `\`${this.#last}\` has nothing behind it`);
    else if (next === ',' && top !== '[' && /^[,({]$/.test(this.#last) && !this.#literal)
      this.#break(this.#at, 'nothing stands before this comma');
  }

  /** Not so in `3000 '0.0.0.0'`: what stands before is a literal of the same line. */
  #joins(): boolean {
    return !this.#literal || /[\r\n]/.test(this.#text.slice(this.#lastAt, this.#at));
  }

  /** Whether a `{` begins a block rather than an object: what stands before it is no operator. */
  #isBlock(): boolean {
    return this.#value || this.#last === '' || /^(=>|[;{}>)]|else|do|try|finally|default)$/.test(this.#last);
  }

  #took(last: string, value: boolean, at = this.#lastAt): void {
    this.#last = last;
    this.#lastAt = at;
    this.#value = value;
    this.#literal = false;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = this.#text[this.#at] ?? ''] = pattern.exec(this.#text) ?? [];
    this.#lastAt = this.#at;
    this.#at += found.length;
    return found;
  }

  #blank(from: number, to: number): void {
    this.#out.push(this.#text.slice(this.#kept, from), this.#text.slice(from, to).replace(/[^\r\n]/g, ' '));
    this.#kept = to;
  }

  #break(at: number, what: string): void {
    this.broken ??= { at, what };
  }
}
