import type { Finding, Undecided } from '../../model/finding.ts';
import type { SubjectKind } from '../../model/rule.ts';
import { doorOf } from '../order.ts';
import { placeOf } from '../place.ts';
import type { View } from '../view.ts';

/** One rule held against one subject, or one row of a verification. */
export interface Case {
  /** Of the suite. */
  readonly area: string;
  /** Within it: the rule, or what was tried. */
  readonly kind: string;
  readonly name: string;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'noted' | 'failed'; readonly finding: Finding }
  /** `broken`: not as expected, and no rule says anything of it. */
  | { readonly kind: 'skipped' | 'broken'; readonly why: string };

/**
 * Findings, rules that could not be decided, and the rules that recognised doors passed. What is below the threshold
 * passes with a note; what is suppressed or known from a baseline is skipped.
 */
export function casesOf(view: View): Case[] {
  const areaOf = (rule: string): SubjectKind | 'other' => view.rules.get(rule)?.subject ?? 'other';
  // What the rows of a verification say is said there.
  const rows = new Set(view.expectations.flatMap(({ finding }) => (finding ? [finding] : [])));
  const found = view.findings
    .filter(({ finding }) => !rows.has(finding))
    .map(({ finding, place }) => ruleCase(areaOf(finding.rule), finding.rule, place, outcomeOf(finding)));
  // A verification judges its rows and nothing else.
  if (view.document.expectations) return found;
  const undecided = view.document.coverage.undecided.map((item) =>
    ruleCase(areaOf(item.rule), item.rule, placeOf(item.location), undecidedOutcome(item)),
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
        .map(({ id }) => ruleCase('endpoint', id, place, { kind: 'passed' })),
    );
}

function ruleCase(area: string, rule: string, place: string, outcome: Outcome): Case {
  return { area, kind: rule, name: `${rule} at ${place}`, outcome };
}

export function outcomeOf(finding: Finding): Outcome {
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
