import type { Declarations } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import type { SourceText } from '../source/source-text.ts';

/** What a reader may ask of the world around its file. Nothing outside the linted tree is read. */
export interface ReadContext {
  /** Another file of the tree by its path relative to the reading file; null when missing, too large or out of bounds. */
  neighbour(path: string): Promise<SourceText | null>;
  /** Reads a text that stands inside another file (a heredoc, a block scalar, `command:`), as the format named. Offsets of the answer are the outer file's. */
  nested(format: string, text: EmbeddedText): Promise<Declarations>;
  /** Nothing was written for it: the example in `.env.example`, a template. */
  readonly example: boolean;
}

/** A text inside another; `offsets[i]` is where the inner text's code unit i stands in the outer file (its length is one more than the text's). */
export interface EmbeddedText {
  readonly source: SourceText;
  readonly text: string;
  readonly offsets: readonly number[] | ((inner: number) => number);
  /** A name that helps to recognise the format: the path a heredoc is written to. */
  readonly name: string | null;
  readonly variables: readonly { readonly name: string; readonly value: Value }[];
}

export interface ConfigFormat {
  read(source: SourceText, context: ReadContext): Promise<Declarations>;
}
