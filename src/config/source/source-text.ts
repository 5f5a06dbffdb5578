import type { Position, Span } from '../../model/span.ts';

/** The text of one file with its lines. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lines: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const lines = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
    this.#lines = lines;
  }

  span(start: number, end: number): Span {
    return { file: this.file, start, end };
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  /** Text of a line (from 1) without its line break. */
  line(number: number): string {
    const start = this.#lines[number - 1] ?? this.text.length;
    return this.text.slice(start, this.#lines[number] ?? this.text.length).replace(/\r?\n$/, '');
  }
}
