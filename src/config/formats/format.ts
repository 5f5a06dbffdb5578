import type { Declarations, Variable } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import type { SourceText } from '../source/source-text.ts';

/** What a reader may ask of the world around its file. Nothing outside the linted tree is read. */
export interface ReadContext {
  /** Another file of the tree, by its path relative to `from` or else to the reading file; null when missing, too large or out of bounds. */
  neighbour(path: string, from?: string): Promise<SourceText | null>;
  /** Names in a directory of the tree, relative as above; null when there is none. */
  neighbours(directory: string, from?: string): Promise<readonly string[] | null>;
  /** The variables of a dotenv file (`env_file`, `EnvironmentFile=`), relative as above; null when it is missing. */
  environment(path: string, from?: string): Promise<readonly Variable[] | null>;
  /** Reads a text that stands inside another file (a heredoc, a block scalar, `command:`) as the format named, or as what it looks like. Spans of the answer are the outer file's. */
  nested(format: string | null, text: EmbeddedText): Promise<Declarations>;
  /** Where the text will lie, when it stands inside another: the path a heredoc is written to. */
  readonly name: string | null;
  /** Nothing was written for it: the example in `.env.example`, a template. */
  readonly example: boolean;
}

/** A text inside another. */
export interface EmbeddedText {
  readonly source: SourceText;
  readonly text: string;
  /** Where the inner text's code unit i stands in the outer file; one more than the text is long, or a function. */
  readonly offsets: readonly number[] | ((inner: number) => number);
  /** A name that helps to recognise the format: the path a heredoc is written to. */
  readonly name: string | null;
  /** What is set around it, e.g. the environment of the container that runs it. */
  readonly variables: readonly { readonly name: string; readonly value: Value }[];
}

export interface ConfigFormat {
  read(source: SourceText, context: ReadContext): Promise<Declarations>;
}
