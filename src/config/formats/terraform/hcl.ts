import type { Span } from '../../../model/span.ts';
import type { Value } from '../../deployment/value.ts';
import { ExpandedText, type Piece } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import { expressionEnd, type Stretch, unescaped, unwrapped } from './expressions.ts';

/** `type "label" { … }`, or the body of a file. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, Stretch>;
  readonly blocks: readonly Block[];
  readonly span: Span;
}

const DEEPEST = 40;

/**
 * Blocks and attributes of HCL with their places, as far as reading a deployment needs it: expressions stay text until
 * somebody asks for their value. What is not understood is passed over.
 */
export class Hcl {
  readonly source: SourceText;
  readonly root: Block;
  /** Where blocks do not end, and where the file's own does. */
  readonly troubles: { readonly span: Span; readonly what: string }[] = [];
  #at = 0;
  #depth = 0;

  readonly #end: number;
  readonly #variables = new Map<string, Value | null>();

  /** A root that was read from another syntax, or the stretch of the text that is read. */
  constructor(source: SourceText, read: Block | Stretch = { from: 0, to: source.text.length }) {
    this.source = source;
    if ('blocks' in read) {
      this.#end = 0;
      this.root = read;
      return;
    }
    const { from, to } = read;
    this.#at = from;
    this.#end = to;
    this.root = { type: '', labels: [], ...this.#body(), span: source.span(from, to) };
    if (this.#at < to) this.#missed(this.#at, 'closes a block that nothing opens; what follows is not read');
  }

  #body(): Pick<Block, 'attributes' | 'blocks'> {
    const { text } = this.source;
    const attributes = new Map<string, Stretch>();
    const blocks: Block[] = [];
    this.#depth += 1;
    while (this.#at < this.#end) {
      this.#blank();
      if (text[this.#at] === '}' || this.#at >= this.#end) break;
      const start = this.#at;
      const name = this.#take(/[A-Za-z_][\w-]*|"[^"\n]*"/y);
      if (name === null) {
        this.#at = Math.max(this.#at + 1, start + 1);
        continue;
      }
      this.#take(/[ \t]*/y);
      if (/[=:]/.test(text[this.#at] ?? '') && text[this.#at + 1] !== '=') {
        this.#at += 1;
        this.#take(/[ \t]*/y);
        const from = this.#at;
        this.#at = expressionEnd(text, from);
        const to = from + text.slice(from, this.#at).trimEnd().length;
        attributes.set(name.replace(/"/g, ''), unwrapped(text, { from, to }));
      } else {
        const labels: string[] = [];
        for (
          let label = this.#take(/"[^"\n]*"|[A-Za-z_][\w-]*/y);
          label !== null;
          label = this.#take(/"[^"\n]*"|[A-Za-z_][\w-]*/y)
        ) {
          labels.push(label.replace(/"/g, ''));
          this.#take(/[ \t]*/y);
        }
        if (text[this.#at] !== '{') continue;
        if (this.#depth > DEEPEST) {
          this.#missed(start, `is nested deeper than ${DEEPEST} levels`);
          continue;
        }
        this.#at += 1;
        const body = this.#body();
        if (text[this.#at] === '}') this.#at += 1;
        else this.#missed(start, 'a block that nothing closes');
        blocks.push({ type: name.replace(/"/g, ''), labels, ...body, span: this.source.span(start, this.#at) });
      }
    }
    this.#depth -= 1;
    return { attributes, blocks };
  }

  #missed(at: number, what: string): void {
    if (this.troubles.length === 0) this.troubles.push({ span: this.source.span(at, at), what });
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source.text);
    if (!found) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #blank(): void {
    this.#take(/(?:[\s,]|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);
  }

  /** The members of an object expression, `{ a = b }`. */
  object({ from, to }: Stretch): ReadonlyMap<string, Stretch> {
    const { text } = this.source;
    if (text[from] !== '{') return new Map();
    return new Hcl(this.source, { from: from + 1, to: Math.max(from + 1, to - 1) }).root.attributes;
  }

  /** The elements of `[a, b]`; the expression itself where it is no list. */
  elements({ from, to }: Stretch): readonly Stretch[] {
    const { text } = this.source;
    if (text[from] !== '[') return [{ from, to }];
    const found: Stretch[] = [];
    let at = from + 1;
    while (at < to - 1 && found.length < 1_000) {
      const blank = /(?:[\s,]|#[^\n]*|\/\/[^\n]*)*/y;
      blank.lastIndex = at;
      at += blank.exec(text)?.[0].length ?? 0;
      if (at >= to - 1) break;
      const end = Math.min(expressionEnd(text, at), to - 1);
      if (end <= at) break;
      found.push(unwrapped(text, { from: at, to: at + text.slice(at, end).trimEnd().length }));
      at = end;
    }
    return found;
  }

  /** The text of a quoted string or heredoc with what is filled in left as it is; null for other expressions. */
  text({ from, to }: Stretch): ExpandedText | null {
    const { text } = this.source;
    const written = text.slice(from, to);
    const heredoc = /^<<(-?)(\w+)[ \t]*\r?\n/.exec(written);
    if (heredoc) {
      const start = from + heredoc[0].length;
      const last = text.lastIndexOf('\n', to - 1) + 1;
      const body = this.source.span(start, Math.max(start, last));
      return heredoc[1] ? this.#outdented(body) : ExpandedText.written(text.slice(body.start, body.end), body);
    }
    if (!/^"[\s\S]*"$/.test(written) || written.length < 2) return null;
    return this.#quoted(from + 1, to - 1);
  }

  #quoted(from: number, to: number): ExpandedText {
    const { text, file } = { text: this.source.text, file: this.source.file };
    const pieces: Piece[] = [];
    const parts = /\$\{(?:[^{}"\\]|\\.|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\}|\\u[\da-fA-F]{4}|\\.|[^\\$]+|\$/gs;
    for (const match of text.slice(from, to).matchAll(parts)) {
      const start = from + match.index;
      const span = { file, start, end: start + match[0].length };
      if (match[0].startsWith('${'))
        pieces.push({
          text: match[0],
          span,
          verbatim: true,
          kind: 'unresolved',
          via: [],
          why: `${match[0]} is not followed`,
        });
      else if (match[0].startsWith('\\'))
        pieces.push({
          text: unescaped(match[0]),
          span,
          verbatim: false,
          kind: 'explicit',
          via: [],
          why: '',
        });
      else pieces.push({ text: match[0], span, verbatim: true, kind: 'explicit', via: [], why: '' });
    }
    return new ExpandedText(pieces, { file, start: from, end: to });
  }

  /** `<<-` takes the smallest indentation off each line. */
  #outdented({ file, start, end }: Span): ExpandedText {
    const lines = this.source.text.slice(start, end).match(/[^\n]*\n|[^\n]+/g) ?? [];
    const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
    const indent = indents.reduce((least, one) => Math.min(least, one), 200);
    let at = start;
    const pieces = lines.map((line): Piece => {
      const skip = Math.min(indent, /^[ \t]*/.exec(line)?.[0].length ?? 0);
      const span = { file, start: at + skip, end: at + line.length };
      at += line.length;
      return { text: line.slice(skip), span, verbatim: true, kind: 'explicit', via: [], why: '' };
    });
    return new ExpandedText(pieces, { file, start, end });
  }

  value(
    stretch: Stretch | undefined,
    lookup: (name: string) => Stretch | undefined = () => undefined,
    depth = 0,
  ): Value | null {
    if (!stretch) return null;
    const string = this.filled(stretch, lookup, depth);
    if (string) return string.value;
    const text = this.source.text.slice(stretch.from, stretch.to).trim();
    const span = this.source.span(stretch.from, stretch.from + text.length);
    if (/^(-?\d[\d.]*|true|false|null)$/.test(text)) return { kind: 'explicit', text, span, via: [] };
    const known = /^(var|local)\.[\w-]+$/.test(text) ? this.#named(text, lookup, depth) : null;
    if (!known || known.kind === 'unresolved')
      return { kind: 'unresolved', text: text.slice(0, 200), span, via: [], why: 'is not set in this file' };
    return { kind: 'default', text: known.text, span, via: [known.span, ...known.via].slice(0, 8) };
  }

  /** A string with the variables of this file filled in; null for other expressions. */
  filled(stretch: Stretch, lookup: (name: string) => Stretch | undefined, depth = 0): ExpandedText | null {
    const string = this.text(stretch);
    if (!string?.text.includes('${')) return string;
    const pieces = string.pieces.map((piece): Piece => {
      const [, name] = /^\$\{\s*((?:var|local)\.[\w-]+)\s*\}$/.exec(piece.text) ?? [];
      const known = name === undefined || piece.kind !== 'unresolved' ? null : this.#named(name, lookup, depth);
      if (!known || known.kind === 'unresolved') return piece;
      const via = [known.span, ...known.via].slice(0, 8);
      return { text: known.text.slice(0, LONGEST), span: piece.span, verbatim: false, kind: 'default', via, why: '' };
    });
    return new ExpandedText(pieces, string.whole);
  }

  /** What a variable stands for, once: variables that name each other many times over take no more than their text. */
  #named(name: string, lookup: (name: string) => Stretch | undefined, depth: number): Value | null {
    if (depth >= 8) return null;
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    this.#variables.set(name, null);
    const found = this.value(lookup(name), lookup, depth + 1);
    this.#variables.set(name, found);
    return found;
  }
}

const LONGEST = 4_096;
