import type { ParameterExpansionPart, Word, WordPart } from 'unbash';
import type { Span } from '../../../model/span.ts';
import { ExpandedText, type Piece } from '../../source/expanded-text.ts';
import type { Scope } from './scope.ts';

/** Places of a parsed text in the file it stands in. */
export interface Placement {
  readonly file: string;
  offset(inner: number): number;
}

/** Turns words as written into what a program gets, as far as the script tells. */
export class Expander {
  readonly #place: Placement;
  readonly #scope: Scope;

  constructor(place: Placement, scope: Scope) {
    this.#place = place;
    this.#scope = scope;
  }

  span(node: { readonly pos: number; readonly end: number }): Span {
    const start = this.#place.offset(node.pos);
    return { file: this.#place.file, start, end: Math.max(start, this.#place.offset(node.end)) };
  }

  /** One text, without word splitting: right of `=`, inside quotes. */
  text(word: Word): ExpandedText {
    if (!word.parts) return this.#literal(word, word.value, word.text);
    return new ExpandedText(this.#pieces(word.parts, 0), this.#inside(word));
  }

  /** A heredoc's body, expanded. */
  parts(parts: readonly WordPart[], node: { readonly pos: number; readonly end: number }): ExpandedText {
    return new ExpandedText(this.#pieces(parts, 0), this.span(node));
  }

  /** The words that a word becomes: `"${args[@]}"` and unquoted variables may give several or none. */
  fields(word: Word): readonly ExpandedText[] {
    const only = word.parts?.length === 1 ? word.parts[0] : undefined;
    if (!only) return [this.text(word)];
    const inner = only.type === 'DoubleQuoted' && only.parts.length === 1 ? only.parts[0] : only;
    const name = inner ? variableOf(inner) : undefined;
    if (inner?.type === 'ParameterExpansion' && name !== undefined && /^[@*]$/.test(inner.index?.text ?? ''))
      return this.#scope.elements(name) ?? [this.text(word)];
    if ((name === '@' || name === '*') && this.#scope.elements('@')) return this.#scope.elements('@') ?? [];
    if (only.type === 'DoubleQuoted' || name === undefined) return [this.text(word)];
    const value = this.#scope.scalar(name);
    if (value?.text === '') return [];
    if (!value?.resolved || !/\s/.test(value.text)) return [this.text(word)];
    return [...value.text.matchAll(/\S+/g)].map((match) => value.part(match.index, match.index + match[0].length));
  }

  #literal(node: { readonly pos: number; readonly end: number }, value: string, text: string): ExpandedText {
    return new ExpandedText([this.#piece(node, value, value === text)], this.span(node));
  }

  #piece(node: { readonly pos: number; readonly end: number }, text: string, verbatim: boolean): Piece {
    return { text, span: this.span(node), verbatim, kind: 'explicit', via: [], why: '' };
  }

  #inside(word: Word): Span {
    const quoted = /^(["'])[\s\S]*\1$/.test(word.text) && word.parts?.length === 1;
    return this.span(quoted ? { pos: word.pos + 1, end: word.end - 1 } : word);
  }

  #pieces(parts: readonly WordPart[], depth: number): Piece[] {
    return parts.flatMap((part) => this.#part(part, depth));
  }

  #part(part: WordPart, depth: number): readonly Piece[] {
    if (depth > 20) return [this.#missing(part, 'nested too deep')];
    switch (part.type) {
      case 'Literal':
        return [this.#piece(part, part.value, part.value === part.text)];
      case 'SingleQuoted':
        return [this.#quoted(part, part.value, 1)];
      case 'AnsiCQuoted':
        return [this.#quoted(part, part.value, 2)];
      case 'DoubleQuoted':
      case 'LocaleString':
        if (part.parts.length === 0) return [this.#piece({ pos: part.pos + 1, end: part.pos + 1 }, '', true)];
        return this.#pieces(part.parts, depth + 1);
      case 'SimpleExpansion':
        return this.#variable(part, part.text.slice(1));
      case 'ParameterExpansion':
        return this.#parameter(part, depth);
      case 'CommandExpansion':
        return [this.#missing(part, 'output of a command')];
      case 'ArithmeticExpansion':
        return [this.#missing(part, 'a calculation')];
      case 'ProcessSubstitution':
        return [this.#missing(part, 'output of a command')];
      default:
        return [this.#piece(part, part.text, true)];
    }
  }

  /** Without the quotes; the closing one may be missing. */
  #quoted(
    part: { readonly pos: number; readonly end: number; readonly text: string },
    value: string,
    open: number,
  ): Piece {
    const verbatim = part.text.startsWith(value, open);
    const end = verbatim ? part.pos + open + value.length : part.end;
    return this.#piece({ pos: Math.min(part.pos + open, end), end }, value, verbatim);
  }

  #missing(part: { readonly pos: number; readonly end: number; readonly text: string }, why: string): Piece {
    return { text: part.text, span: this.span(part), verbatim: true, kind: 'unresolved', via: [], why };
  }

  #variable(
    part: { readonly pos: number; readonly end: number; readonly text: string },
    name: string,
  ): readonly Piece[] {
    const value = this.#scope.scalar(name);
    if (value) return value.usedAt(this.span(part));
    return [{ ...this.#missing(part, `${name} is not set here`), instead: name }];
  }

  #parameter(part: ParameterExpansionPart, depth: number): readonly Piece[] {
    const { operation, parameter, prefix, index } = part;
    if (prefix || (index && !/^[@*0]$/.test(index.text))) return [this.#missing(part, `${part.text} is not followed`)];
    if (!operation) return this.#variable(part, parameter);
    if (operation.type !== 'Default') return [this.#missing(part, `${part.text} is not followed`)];
    const value = this.#scope.scalar(parameter);
    const operator = operation.operator.replace(':', '');
    if (operator === '+') return [this.#missing(part, `depends on whether ${parameter} is set`)];
    if (value && (value.text !== '' || !operation.operator.startsWith(':'))) return value.usedAt(this.span(part));
    if (operator === '?') return [this.#missing(part, `${parameter} is not set here`)];
    const fallback = this.#pieces(operation.operand.parts ?? [], depth + 1);
    const pieces = operation.operand.parts ? fallback : this.text(operation.operand).pieces;
    const instead = pieces.length === 1 ? { instead: parameter } : {};
    return pieces.map((piece) =>
      piece.kind === 'explicit' ? { ...piece, kind: 'default' as const, ...instead } : { ...piece, ...instead },
    );
  }
}

/** Name of the variable when a part is nothing but that variable. */
function variableOf(part: WordPart): string | undefined {
  if (part.type === 'SimpleExpansion') return part.text.slice(1);
  if (part.type !== 'ParameterExpansion' || part.operation || part.prefix) return undefined;
  return part.parameter;
}
