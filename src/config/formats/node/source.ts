import type { Span } from '../../../model/span.ts';
import type { Value } from '../../deployment/value.ts';
import { type Break, scan } from './scan.ts';

/** A call: its name as written, its arguments as stretches of the text. */
export interface NodeCall {
  readonly name: string;
  readonly at: number;
  readonly nameEnd: number;
  readonly end: number;
  readonly arguments: readonly Stretch[];
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const LONGEST_CALL = 20_000;

/**
 * JavaScript and TypeScript as far as settings need it: comments are blanks, strings are known, calls are taken apart at
 * their commas. No grammar; what it cannot make out it leaves unresolved.
 */
export class NodeSource {
  readonly file: string;
  readonly text: string;
  /** Comments and the inside of strings as blanks: what is left is code. */
  readonly code: string;
  /** Where it stops being a program. */
  readonly broken: Break | null;
  readonly #constants = new Map<string, Stretch>();
  /** Constants that the environment may set. */
  readonly #fallbacks = new Set<string>();

  constructor(file: string, text: string, name = file) {
    this.file = file;
    this.text = text;
    // `<T>x` asserts a type there; elsewhere it is a tag.
    const { code, broken } = scan(text, { jsx: !/\.[cm]?ts$/i.test(name) });
    this.code = code;
    this.broken = broken;
    for (const match of this.matches(
      /\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=;\n]{1,80})?=(?!=)\s*/g,
      5_000,
    )) {
      const from = match.index + match[0].length;
      if (match[1] && !this.#constants.has(match[1]))
        this.#constants.set(match[1], { from, to: this.expressionEnd(from) });
    }
    for (const match of this.matches(/\b(?:const|let|var)\s*(?=\{[^{};]{1,2000}\}\s*=\s*process\.env\b)/g))
      this.#taken(match.index + match[0].length);
  }

  /** `const { HOST = '0.0.0.0', PORT: port = 80 } = process.env`. */
  #taken(open: number): void {
    for (const { from, to } of this.#parts(open).parts) {
      const [head, name, renamed] =
        /^([A-Za-z_$][\w$]*)\s*(?::\s*([A-Za-z_$][\w$]*)\s*)?=(?!=)\s*/.exec(this.text.slice(from, to)) ?? [];
      const local = renamed ?? name;
      if (head === undefined || local === undefined || this.#constants.has(local)) continue;
      this.#constants.set(local, { from: from + head.length, to });
      this.#fallbacks.add(local);
    }
  }

  span({ from, to }: Stretch): Span {
    return { file: this.file, start: from, end: to };
  }

  slice({ from, to }: Stretch): string {
    return this.text.slice(from, to);
  }

  /** Places in the code; so many that a file built to hold more costs no more. */
  matches(pattern: RegExp, most = 500): RegExpExecArray[] {
    const found: RegExpExecArray[] = [];
    for (const match of this.code.matchAll(pattern)) {
      if (found.length >= most) break;
      found.push(match);
    }
    return found;
  }

  /** Calls of what the pattern names; its match ends before the opening parenthesis. */
  calls(name: RegExp): NodeCall[] {
    return this.matches(new RegExp(`(?:${name.source})\\s*\\(`, 'g')).map((match) => {
      const open = match.index + match[0].length - 1;
      const { parts, end } = this.#parts(open);
      return { name: match[0].slice(0, -1).trim(), at: match.index, nameEnd: open, end, arguments: parts };
    });
  }

  /** Properties of an object literal, or of the one that a constant holds; spread ones left out. */
  properties(stretch: Stretch): ReadonlyMap<string, Stretch> {
    const found = new Map<string, Stretch>();
    const own = trim(this.text, stretch);
    const { from } = this.#constants.get(this.slice(own)) ?? own;
    if (this.code[from] !== '{') return found;
    for (const part of this.#parts(from).parts) {
      const text = this.text.slice(part.from, Math.min(part.to, part.from + 200));
      const [head, quoted, plain] = /^(?:["']([^"']+)["']|([A-Za-z_$][\w$]*))\s*(?::\s*|$)/.exec(text) ?? [];
      const name = quoted ?? plain;
      // `{ port }` stands for `{ port: port }`.
      if (name && head !== undefined)
        found.set(name, head.includes(':') ? { from: part.from + head.length, to: part.to } : part);
    }
    return found;
  }

  /** What an expression is, as far as this file tells. */
  value(stretch: Stretch, depth = 0): Value {
    const trimmed = trim(this.text, stretch);
    const text = this.slice(trimmed);
    const span = this.span(trimmed);
    const [, body] = /^(["'`])((?:\\.|(?!\1)[^\\])*)\1$/s.exec(text)?.slice(1) ?? [];
    if (body !== undefined && !(text[0] === '`' && body.includes('${')))
      return { kind: 'explicit', text: body, span: this.span({ from: trimmed.from + 1, to: trimmed.to - 1 }), via: [] };
    if (/^(-?\d[\w.]*|true|false|null|undefined)$/.test(text)) return { kind: 'explicit', text, span, via: [] };
    const unresolved: Value = {
      kind: 'unresolved',
      text: text.slice(0, 200),
      span,
      via: [],
      why: 'cannot be told from here',
    };
    if (depth > 8 || text.length > 500) return unresolved;
    const wrapped = /^(?:Number|parseInt|String|Boolean|\+)\s*\(?([\s\S]*?)(?:,\s*10\s*)?\)?$/.exec(text);
    if (wrapped?.[1] && wrapped[1] !== text && balanced(wrapped[1]))
      return this.value(this.#inside(trimmed, wrapped[1]), depth + 1);
    const fallback = /^([\s\S]*?)\s*(\|\||\?\?)\s*([\s\S]+)$/.exec(text);
    if (fallback?.[1] && fallback[3]) {
      const left = this.value({ from: trimmed.from, to: trimmed.from + fallback[1].length }, depth + 1);
      if (left.kind !== 'unresolved') return left;
      const right = this.value({ from: trimmed.to - fallback[3].length, to: trimmed.to }, depth + 1);
      return right.kind === 'explicit' ? { ...right, kind: 'default' } : right;
    }
    // What `process.env.VERIFY !== 'false'` is when nobody sets the variable.
    const [, operator] = /^process\.env\b[\s\S]+?\s*(!==?|===?)\s*["'][^"']*["']$/.exec(text) ?? [];
    if (operator) return { kind: 'default', text: String(operator.startsWith('!')), span, via: [] };
    const constant = this.#constants.get(text);
    if (!constant || (constant.from <= trimmed.from && trimmed.to <= constant.to)) return unresolved;
    const found = this.value(constant, depth + 1);
    if (found.kind === 'unresolved') return { ...unresolved, why: found.why };
    const kind = this.#fallbacks.has(text) ? 'default' : found.kind;
    return { kind, text: found.text, span, via: [found.span, ...found.via].slice(0, 8) };
  }

  #inside(stretch: Stretch, inner: string): Stretch {
    const from = this.text.indexOf(inner, stretch.from);
    return { from, to: from + inner.length };
  }

  /** Where an expression that starts here ends: at a `;`, a `,` or a line's end outside of brackets. */
  expressionEnd(from: number): number {
    let depth = 0;
    const limit = Math.min(this.code.length, from + LONGEST_CALL);
    for (let at = from; at < limit; at += 1) {
      const character = this.code[at] ?? '';
      if (CLOSES[character]) depth += 1;
      else if (/[)\]}]/.test(character)) {
        depth -= 1;
        if (depth < 0) return at;
      } else if (depth === 0 && (character === ';' || character === ',')) return at;
      else if (
        depth === 0 &&
        character === '\n' &&
        !/^\s*(\|\||\?\?|&&|[.?:+])/.test(this.code.slice(at, at + 200)) &&
        !/(\|\||\?\?|&&|=)\s*$/.test(this.code.slice(Math.max(from, at - 20), at))
      )
        return at;
    }
    return limit;
  }

  /** What stands between brackets, split at the commas of this level. */
  /** Without remarks around them: one behind a comma belongs to what is before it. */
  #parts(open: number): { readonly parts: Stretch[]; readonly end: number } {
    const parts: Stretch[] = [];
    let depth = 0;
    let from = open + 1;
    const limit = Math.min(this.code.length, open + LONGEST_CALL);
    for (let at = open; at < limit; at += 1) {
      const character = this.code[at] ?? '';
      if (CLOSES[character]) depth += 1;
      else if (/[)\]}]/.test(character)) {
        depth -= 1;
        if (depth === 0) {
          if (this.code.slice(from, at).trim() !== '') parts.push(trim(this.code, { from, to: at }));
          return { parts, end: at + 1 };
        }
      } else if (character === ',' && depth === 1) {
        parts.push(trim(this.code, { from, to: at }));
        from = at + 1;
      }
    }
    return { parts, end: limit };
  }
}

function trim(text: string, { from, to }: Stretch): Stretch {
  const inner = text.slice(from, to);
  const start = inner.length - inner.trimStart().length;
  return { from: from + start, to: Math.max(from + start, from + inner.trimEnd().length) };
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
