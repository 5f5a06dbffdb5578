import type { Span } from '../../model/span.ts';

/**
 * A configured value and where it comes from. `via` are the places it passed through, nearest first: for `${PORT}` in a
 * compose file that `.env` fills, `span` is in the compose file and `via` holds the line of `.env`.
 *
 * `explicit`: somebody wrote it. `default`: a file's own fallback (`${X:-d}`, an argparse default). `unresolved`: neither
 * true nor false; a rule that needs it is undecided.
 */
export type Value =
  | {
      readonly kind: 'explicit' | 'default';
      readonly text: string;
      readonly span: Span;
      readonly via: readonly Span[];
      readonly instead?: string;
    }
  | {
      readonly kind: 'unresolved';
      /** As written, e.g. `${PORT}`. */
      readonly text: string;
      readonly span: Span;
      readonly via: readonly Span[];
      /** What is missing, e.g. `PORT is not set anywhere`. */
      readonly why: string;
      /** The variable of a script that counts instead where whoever starts the script sets it: `PORT` of `${PORT:-80}`. */
      readonly instead?: string;
    };

/** The text, or undefined where it is not resolved. */
export function known(value: Value | null | undefined): string | undefined {
  return value && value.kind !== 'unresolved' ? value.text : undefined;
}

export function written(text: string, span: Span, via: readonly Span[] = []): Value {
  return { kind: 'explicit', text, span, via };
}

export function unresolved(text: string, span: Span, why: string): Value {
  return { kind: 'unresolved', text, span, via: [], why };
}
