import type { ExpectationView } from '../expectations.ts';
import type { View } from '../view.ts';
import { type Case, type Outcome, outcomeOf } from './cases.ts';

/** A case for each row of a verification, in the order in which they were tried. */
export function rowCases({ expectations }: View): Case[] {
  return expectations.map((row): Case => {
    const { check, class: kind, request, sent } = row.expectation;
    const door = kind === null ? request : `${kind} ${request}`;
    return { area: 'verify', kind: check, name: `${door} at ${row.place}: ${sent}`, outcome: rowOutcome(row) };
  });
}

function rowOutcome({ expectation, finding }: ExpectationView): Outcome {
  const { verdict, reason, expected, got, status } = expectation;
  switch (verdict) {
    case 'held':
      return { kind: 'passed' };
    case 'unknown':
      return { kind: 'skipped', why: `unknown: ${reason ?? 'no answer'}` };
    case 'broken':
      if (finding) return outcomeOf(finding);
      return { kind: 'broken', why: `expected ${expected}, got ${got}${status === null ? '' : ` (${status})`}` };
  }
}
