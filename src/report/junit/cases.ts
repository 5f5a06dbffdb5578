import type { Finding, Undecided } from '../../model/finding.ts';
import type { SubjectKind } from '../../model/rule.ts';
import { doorOf } from '../order.ts';
import { placeOf } from '../place.ts';
import type { View } from '../view.ts';

/** One rule held against one subject. */
export interface Case {
  readonly area: string;
  readonly rule: string;
  readonly place: string;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'noted' | 'failed'; readonly finding: Finding }
  | { readonly kind: 'skipped'; readonly why: string };

/**
 * Findings, rules that could not be decided, and the rules that recognised doors passed. What is below the threshold
 * passes with a note; what is suppressed or known from a baseline is skipped.
 */
export function casesOf(view: View): Case[] {
  const areaOf = (rule: string): SubjectKind | 'other' => view.rules.get(rule)?.subject ?? 'other';
  const found = view.findings.map(
    ({ finding, place }): Case => ({
      area: areaOf(finding.rule),
      rule: finding.rule,
      place,
      outcome: outcomeOf(finding),
    }),
  );
  const undecided = view.document.coverage.undecided.map(
    (item): Case => ({
      area: areaOf(item.rule),
      rule: item.rule,
      place: placeOf(item.location),
      outcome: undecidedOutcome(item),
    }),
  );
  return [...found, ...undecided, ...passed(view)];
}

/** Endpoint rules on recognised doors, where there is neither a finding nor a doubt. */
function passed({ document, endpoints }: View): Case[] {
  const taken = new Set(
    [...document.findings, ...document.coverage.undecided].map(({ rule, location }) => `${rule}\n${doorOf(location)}`),
  );
  const rules = document.rules.filter(({ subject }) => subject === 'endpoint');
  return endpoints
    .filter(({ endpoint }) => endpoint.service !== null)
    .flatMap(({ endpoint, place }) =>
      rules
        .filter(({ id }) => !taken.has(`${id}\n${doorOf(endpoint)}`))
        .map(({ id }): Case => ({ area: 'endpoint', rule: id, place, outcome: { kind: 'passed' } })),
    );
}

function outcomeOf(finding: Finding): Outcome {
  switch (finding.state) {
    case 'active':
      return { kind: 'failed', finding };
    case 'below-threshold':
      return { kind: 'noted', finding };
    case 'suppressed':
    case 'baselined':
      return { kind: 'skipped', why: `${finding.state}: ${finding.message}` };
  }
}

function undecidedOutcome({ missing }: Undecided): Outcome {
  return { kind: 'skipped', why: `not decided: ${missing.join(', ')} unknown` };
}
