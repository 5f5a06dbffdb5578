import type { Span } from '../../model/span.ts';
import type { Placed } from '../source/placed.ts';

/** A text put together of stretches of a file; every unit knows where it stands. */
export class PlacedString implements Placed {
  readonly file: string;
  readonly #parts: string[] = [];
  /** Where the stretches begin: in this text, and in the file. Within one they run alike. */
  readonly #starts: { readonly inner: number; readonly outer: number }[] = [];
  #length = 0;
  #joined: string | null = null;

  constructor(file: string) {
    this.file = file;
  }

  add(text: string, outer: number): void {
    if (text === '') return;
    this.#starts.push({ inner: this.#length, outer });
    this.#parts.push(text);
    this.#length += text.length;
    this.#joined = null;
  }

  get text(): string {
    this.#joined ??= this.#parts.join('');
    return this.#joined;
  }

  get length(): number {
    return this.#length;
  }

  /** Where unit `index` stands in the file. */
  offset(index: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle]?.inner ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const stretch = this.#starts[low];
    return stretch ? stretch.outer + index - stretch.inner : 0;
  }

  get span(): Span {
    return this.spanOf(0, this.#length);
  }

  /** Where `start` to `end` (exclusive) of this text stands. */
  spanOf(start: number, end: number): Span {
    const from = this.offset(start);
    // The end belongs to the last unit's stretch, not to what follows it elsewhere.
    const to = end > start ? this.offset(end - 1) + 1 : from;
    return { file: this.file, start: from, end: Math.max(from, to) };
  }

  slice(start: number, end: number): PlacedString {
    const out = new PlacedString(this.file);
    const text = this.text;
    for (const [index, { inner }] of this.#starts.entries()) {
      const stop = this.#starts[index + 1]?.inner ?? this.#length;
      const from = Math.max(inner, start);
      const to = Math.min(stop, end);
      if (to > from) out.add(text.slice(from, to), this.offset(from));
    }
    return out;
  }

  /** Without the white space around it; `otherwise` is where an empty one stands. */
  trimmed(otherwise: number): PlacedString {
    const text = this.text;
    const start = text.length - text.trimStart().length;
    const end = text.trimEnd().length;
    if (end > start) return this.slice(start, end);
    const empty = new PlacedString(this.file);
    empty.#starts.push({ inner: 0, outer: otherwise });
    return empty;
  }
}
