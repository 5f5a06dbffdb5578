import type { Span } from '../../../model/span.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';

export interface NamedText {
  readonly name: string;
  readonly value: ExpandedText;
}

/** One program that a script runs, in the order of the script, launchers taken off. */
export interface RunCommand {
  /** Never empty. */
  readonly argv: readonly ExpandedText[];
  /** What is exported at that point, then what is set for it alone. */
  readonly environment: readonly NamedText[];
  /** Only what is set for this command (`A=b cmd`, `env A=b cmd`). */
  readonly ownEnvironment: readonly NamedText[];
  /** Environment files it was given that nobody can see. */
  readonly unseenEnvironment: readonly Span[];
  readonly user: ExpandedText | null;
  /** Where it runs, as far as `cd` tells; empty: where the script was started. */
  readonly directory: string;
  readonly span: Span;
  /** Files it writes: `>`, `>>`. */
  readonly output: ExpandedText | null;
  /** Text of its heredoc or here string. */
  readonly input: ExpandedText | null;
  /** The command its output goes to. */
  readonly next: RunCommand | null;
  /** In force when it runs; null where the script says nothing. */
  readonly umask: number | null;
}
