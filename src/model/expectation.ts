import type { OperationClass } from './auth.ts';
import type { Reach } from './target.ts';

/*
 * Something that must hold of a locked service, and what was seen when it was tried. One row of `postern verify`.
 */

/** What is tried, in the order in which it is. */
export const EXPECTATION_CHECKS = [
  'anonymous',
  'right-credential',
  'wrong-credential',
  'empty-credential',
  'wrong-scheme',
  'query-credential',
  'case-change',
  'second-header',
  'near-credential',
  'tampered-token',
  'unsigned-token',
  'expired-token',
  'retired-credential',
  'client-certificate',
  'request-variant',
  'neighbour',
  'plaintext-sibling',
  'challenge',
  'failure-limit',
  'cookie-flags',
  'foreign-origin',
] as const;
export type ExpectationCheck = (typeof EXPECTATION_CHECKS)[number];

/** `held`: as expected. `broken`: not as expected. `unknown`: could not be learned, with the reason. */
export const EXPECTATION_VERDICTS = ['held', 'broken', 'unknown'] as const;
export type ExpectationVerdict = (typeof EXPECTATION_VERDICTS)[number];

export interface Expectation {
  readonly check: ExpectationCheck;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly url: string;
  readonly reach: Reach;
  readonly service: { readonly id: string; readonly name: string } | null;
  /** Null where the row is not about one class, and for services that nobody described. */
  readonly class: OperationClass | null;
  /** Method and path: `GET /v1/models`, or `GET (random path)`. */
  readonly request: string;
  /** What was put in, in words. Never a credential. */
  readonly sent: string;
  readonly expected: 'refused' | 'accepted' | 'present' | 'absent';
  readonly got: 'refused' | 'accepted' | 'present' | 'absent' | 'unknown';
  readonly status: number | null;
  readonly verdict: ExpectationVerdict;
  /** Why it is unknown, or what settled it. */
  readonly reason?: string;
  readonly side: boolean;
  readonly standsFor: readonly string[];
  readonly reveals?: string;
}

/**
 * Why a verification is no proof; null when it is one. A door must have been seen to refuse, and what was given as the
 * right credential to open one.
 */
export function whyUnproved(rows: readonly Expectation[]): string | null {
  const held = (check: ExpectationCheck): boolean => rows.some((row) => row.check === check && row.verdict === 'held');
  if (!held('anonymous')) return 'no door was seen to refuse';
  const tried = rows.some(({ check }) => check === 'right-credential');
  return tried && !held('right-credential') ? 'the credential was not seen to open a door' : null;
}
