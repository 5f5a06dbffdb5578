import type { Span } from '../../model/span.ts';
import type { Value } from '../deployment/value.ts';

/** Nobody follows a value through more places. */
const MOST_PLACES = 8;
/** Where each part came from is kept for texts of so many parts. */
const MOST_APART = 16;

/** A stretch of an expanded text and where it comes from. */
export interface Piece {
  readonly text: string;
  readonly span: Span;
  /** The outer text is the same, code unit for code unit: positions inside it can be told. */
  readonly verbatim: boolean;
  readonly kind: Value['kind'];
  readonly via: readonly Span[];
  /** What is missing when `unresolved`. */
  readonly why: string;
  /** The variable that would have been all of it, had it been set. */
  readonly instead?: string;
}

/**
 * A text after expansion (quotes removed, variables filled in) that still knows where each part was written. What could
 * not be filled in stands as it was written, and is opaque to whoever takes the text apart: see `masked`.
 */
export class ExpandedText {
  readonly pieces: readonly Piece[];
  readonly text: string;
  /** All that was written for it, quotes included; for text that has no pieces. */
  readonly whole: Span;

  constructor(pieces: readonly Piece[], whole: Span) {
    this.pieces = pieces;
    this.whole = whole;
    this.text = pieces.map((piece) => piece.text).join('');
  }

  static written(text: string, span: Span): ExpandedText {
    const verbatim = span.end - span.start === text.length;
    return new ExpandedText([{ text, span, verbatim, kind: 'explicit', via: [], why: '' }], span);
  }

  static of(value: Value): ExpandedText {
    const { text, span, kind, via } = value;
    const why = value.kind === 'unresolved' ? value.why : '';
    return new ExpandedText([{ text, span, verbatim: span.end - span.start === text.length, kind, via, why }], span);
  }

  /** The text with a letter-like filler where nothing is known, so that `:` and `=` in `${X:?…}` split nothing. */
  get masked(): string {
    return this.pieces
      .map((piece) => (piece.kind === 'unresolved' ? '\uFFFC'.repeat(piece.text.length) : piece.text))
      .join('');
  }

  get value(): Value {
    return this.slice(0, this.text.length);
  }

  get resolved(): boolean {
    return this.pieces.every((piece) => piece.kind !== 'unresolved');
  }

  /** Part of the text with the provenance of that part alone. */
  part(from: number, to: number = this.text.length): ExpandedText {
    const pieces: Piece[] = [];
    let at = 0;
    for (const piece of this.pieces) {
      const start = Math.max(from - at, 0);
      const end = Math.min(to - at, piece.text.length);
      if (start < end || (piece.text === '' && from <= at && at <= to))
        pieces.push(cut(piece, start, Math.max(start, end)));
      at += piece.text.length;
    }
    return new ExpandedText(pieces, pieces.length > 0 ? around(pieces) : this.#point(from));
  }

  slice(from: number, to: number = this.text.length): Value {
    const { text, pieces, whole } = from === 0 && to === this.text.length ? this : this.part(from, to);
    const span = pieces.length > 0 ? around(pieces) : whole;
    const via = pieces.flatMap((piece) => piece.via).slice(0, MOST_PLACES);
    const missing = pieces.filter((piece) => piece.kind === 'unresolved');
    const instead = pieces.length === 1 && text === pieces[0]?.text ? pieces[0]?.instead : undefined;
    const wanted = instead === undefined ? {} : { instead };
    if (missing.length > 0)
      return { kind: 'unresolved', text, span, via, why: missing.map(({ why }) => why).join('; '), ...wanted };
    const kind = pieces.some((piece) => piece.kind === 'default') ? 'default' : 'explicit';
    return { kind, text, span, via, ...wanted };
  }

  /** Where the code unit `index` was written; the start of its piece where that is all that can be told. */
  offset(index: number): number {
    let at = 0;
    for (const piece of this.pieces) {
      if (index < at + piece.text.length) return piece.span.start + (piece.verbatim ? index - at : 0);
      at += piece.text.length;
    }
    return this.pieces.at(-1)?.span.end ?? this.whole.end;
  }

  /** Seen from where it is used: the place is the use, and where it was written is on the way. */
  usedAt(span: Span): readonly Piece[] {
    const used = this.pieces.map((piece) => ({
      ...piece,
      span,
      verbatim: false,
      via: [piece.span, ...piece.via].slice(0, MOST_PLACES),
    }));
    return used.length > MOST_APART ? joined(used) : used;
  }

  /** The same where it is only what counts when nothing else was said. */
  asDefault(): ExpandedText {
    const pieces = this.pieces.map((piece) =>
      piece.kind === 'explicit' ? { ...piece, kind: 'default' as const } : piece,
    );
    return new ExpandedText(pieces, this.whole);
  }

  /** The same where nobody knows what it becomes. */
  unknown(why: string): ExpandedText {
    return new ExpandedText(
      this.pieces.map((piece) => ({ ...piece, kind: 'unresolved' as const, why })),
      this.whole,
    );
  }

  replacedBy(piece: Piece): ExpandedText {
    return new ExpandedText([piece], this.whole);
  }

  #point(index: number): Span {
    const start = this.offset(index);
    return { file: this.whole.file, start, end: start };
  }
}

/** Pieces of one kind that stand at one place as one: what is put together of what was put together grows no further. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const before = out.at(-1);
    if (before?.kind !== piece.kind) out.push(piece);
    else {
      const via = [...before.via, ...piece.via].slice(0, MOST_PLACES);
      out[out.length - 1] = { ...before, text: before.text + piece.text, via };
    }
  }
  return out;
}

function cut(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.text.length) return piece;
  const text = piece.text.slice(from, to);
  if (!piece.verbatim) return { ...piece, text };
  const start = piece.span.start + from;
  return { ...piece, text, span: { file: piece.span.file, start, end: start + text.length } };
}

/** From the first piece to the last of those in the same file. */
function around(pieces: readonly Piece[]): Span {
  const file = pieces[0]?.span.file ?? '';
  const spans = pieces.map((piece) => piece.span).filter((span) => span.file === file);
  return {
    file,
    start: spans.reduce((least, span) => Math.min(least, span.start), Number.MAX_SAFE_INTEGER),
    end: spans.reduce((most, span) => Math.max(most, span.end), 0),
  };
}
