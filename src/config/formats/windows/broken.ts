/*
 * Whether a text can be PowerShell: brackets and quotes pair as its tokenizer pairs them (PowerShell's
 * `engine/parser/tokenizer.cs`, about_Quoting_Rules). `[` stands in words without its partner, so it is not held to one.
 * Batch files have nothing of the kind: cmd reads line by line and knows no broken file.
 */

/** Where a text stops being a script, and why. */
export interface Break {
  readonly at: number;
  readonly what: string;
}

interface Open {
  /** `"(` is a `$(` inside of a string. */
  readonly with: '(' | '{' | '"' | '"(';
  readonly at: number;
}

/** Behind these a `#` begins a comment and `@"` a here-string; within a word they do not. */
const BETWEEN_WORDS = /[\s(){};,|&=\]"'+]/;
/** `${any name}`, with what backticks escape in it, and what a pipeline fills in: `${{ name }}`. */
const BRACED = /\$\{(?:\{[^}]{0,400}\}|(?:`u\{\w{0,8}\}|`[\s\S]|[^`}]){0,400})\}/y;

export function brokenAt(text: string): Break | null {
  const walk = new Walk(text);
  while (walk.broken === null && walk.at < text.length) walk.step();
  return walk.broken ?? walk.left;
}

class Walk {
  at = 0;
  broken: Break | null = null;
  readonly #text: string;
  readonly #stack: Open[] = [];
  /** The last thing that is neither blank nor comment. */
  #last = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What was opened and is not closed at the end. */
  get left(): Break | null {
    const open = this.#stack.at(-1);
    return open ? { at: open.at, what: `nothing closes this ${NAMES[open.with]}` } : null;
  }

  step(): void {
    const character = this.#text[this.at] ?? '';
    if (this.#stack.at(-1)?.with === '"') this.#string(character);
    else if (/[\s\uFEFF]/.test(character)) this.at += 1;
    else if (!this.#comment(character)) {
      if (/[)};]/.test(character) && lacksRest(this.#text, this.#last))
        this.#break(this.#last, `\`${this.#text[this.#last]}\` has nothing behind it`);
      const start = this.at;
      this.#token(character);
      this.#last = start;
    }
  }

  #token(character: string): void {
    const text = this.#text;
    const next = text[this.at + 1] ?? '';
    const quote = character === '@' && this.#startsWord ? quoteOf(next) : null;
    if (quote !== null) this.#skip(hereEnd(text, this.at, quote), 'here-string');
    else if (character === '`') this.at += 2;
    else if (quoteOf(character) === "'") this.#skip(singleEnd(text, this.at), 'string');
    else if (quoteOf(character) === '"') this.#open('"', 1);
    else if (character === '$' && next === '{') this.#skip(matchEnd(BRACED, text, this.at), '`${`');
    else if (character === '(' || character === '{') this.#open(character, 1);
    else if (character === ')' || character === '}') this.#close(character);
    else if (this.#startsWord && /^--%\s/.test(text.slice(this.at, this.at + 4))) this.at = lineEnd(text, this.at);
    else this.at += 1;
  }

  #string(character: string): void {
    const next = this.#text[this.at + 1] ?? '';
    if (character === '$' && next === '(') this.#open('"(', 2);
    else if (character === '`' || (quoteOf(character) === '"' && quoteOf(next) === '"')) this.at += 2;
    else {
      if (quoteOf(character) === '"') this.#stack.pop();
      this.#last = this.at;
      this.at += 1;
    }
  }

  #comment(character: string): boolean {
    const text = this.#text;
    if (character === '#' && this.#startsWord) this.at = lineEnd(text, this.at);
    else if (text.startsWith('<#', this.at)) this.#skip(matchEnd(/#>/g, text, this.at + 2), 'comment');
    else return false;
    return true;
  }

  #close(bracket: ')' | '}'): void {
    const open = this.#stack.pop();
    const fits = bracket === '}' ? open?.with === '{' : open?.with === '(' || open?.with === '"(';
    if (!open) this.#break(this.at, `\`${bracket}\` closes nothing`);
    else if (!fits) this.#break(open.at, `this ${NAMES[open.with]} is closed by \`${bracket}\``);
    this.at += 1;
  }

  #open(bracket: Open['with'], width: number): void {
    this.#stack.push({ with: bracket, at: this.at });
    this.at += width;
  }

  /** -1: it has no end. */
  #skip(end: number, what: string): void {
    if (end === -1) this.#break(this.at, `nothing closes this ${what}`);
    else this.at = end;
  }

  #break(at: number, what: string): void {
    this.broken ??= { at, what };
  }

  get #startsWord(): boolean {
    return this.at === 0 || BETWEEN_WORDS.test(this.#text[this.at - 1] ?? '');
  }
}

const NAMES: Readonly<Record<Open['with'], string>> = { '(': '`(`', '{': '`{`', '"': 'string', '"(': '`$(`' };

/** `| )`, `$a = ;` */
function lacksRest(text: string, last: number): boolean {
  if (text[last] === '|') return true;
  return text[last] === '=' && /\$[\w:.]+\s*[-+*/%]?$/.test(text.slice(Math.max(0, last - 80), last));
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** Typographic quotes count as quotes. */
function quoteOf(character: string): '"' | "'" | null {
  if (/['\u2018-\u201b]/.test(character)) return "'";
  return /["\u201c-\u201e]/.test(character) ? '"' : null;
}

/** Behind the closing quote; two of them are one that does not close. */
function singleEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (quoteOf(text[at] ?? '') !== "'") continue;
    if (quoteOf(text[at + 1] ?? '') !== "'") return at + 1;
    at += 1;
  }
  return -1;
}

/** Behind the quote and `@` that begin a line; the text begins on the line behind the opening. */
function hereEnd(text: string, open: number, quote: '"' | "'"): number {
  const first = lineEnd(text, open);
  if (text.slice(open + 2, first).trim() !== '') return -1;
  return matchEnd(quote === "'" ? /\n['\u2018-\u201b]@/g : /\n["\u201c-\u201e]@/g, text, first);
}

function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
