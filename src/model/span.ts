/** A stretch of a file's text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  /** As the user would write it: relative to where the program was started, `/` between parts. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
