import type { Span } from './span.ts';

/** `safe`: what the program does stays the same. `unsafe`: who can connect, or what is trusted, changes. */
export type EditSafety = 'safe' | 'unsafe';

/** A change of exactly one span; every other byte of the file stays. */
export interface Edit {
  readonly span: Span;
  readonly insert: string;
  readonly safety: EditSafety;
  /** What it does, as an imperative: `Publish on loopback only`. */
  readonly title: string;
}
