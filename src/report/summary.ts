import type { OverallState } from '../model/auth.ts';
import { OVERALL_STATES } from '../model/auth.ts';
import { EXPECTATION_VERDICTS, type ExpectationVerdict, whyUnproved } from '../model/expectation.ts';
import { FINDING_STATES, type FindingState } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';
import { placeOf } from './place.ts';
import type { EndpointView } from './view.ts';

/** Everything that is counted, so that no report counts for itself. */
export interface Summary {
  /** From start to finish, or null when the times make no sense. */
  readonly durationMs: number | null;
  readonly probes: number;
  readonly findings: Readonly<Record<FindingState, number>>;
  /** Active findings only. */
  readonly active: Readonly<Record<Severity, number>>;
  /** Noteworthy endpoints by auth verdict. */
  readonly auth: Readonly<Record<OverallState, number>>;
  /** HTTP endpoints on which no AI service was recognised and of which there is nothing else to say. */
  readonly otherHttp: number;
  readonly notHttp: readonly EndpointView[];
  readonly silent: readonly EndpointView[];
  /** Endpoints whose auth verdict is unknown and that have a service or a reason to be named. */
  readonly unknown: readonly EndpointView[];
  readonly undecided: Undecidedness;
  /** Rows of a verification. */
  readonly expectations: Readonly<Record<ExpectationVerdict, number>>;
  readonly verdict: Verdict;
}

/** Rules that could not be decided on some subject. */
interface Undecidedness {
  /** A rule counts once for each subject. */
  readonly total: number;
  readonly places: number;
  /** Fields for want of which. */
  readonly missing: readonly string[];
  readonly byRule: readonly { readonly rule: string; readonly times: number; readonly missing: readonly string[] }[];
}

/**
 * `findings`: something active was found, on `endpoints` endpoints. `clean`: nothing was. `inconclusive`: nothing was,
 * but some doors stayed unknown or the run was cut short. `nothing-examined`: no door answered, so there is no verdict.
 * `nothing-proved`: a verification saw nothing wrong, and nothing right either.
 */
type Verdict =
  | { readonly kind: 'findings'; readonly endpoints: number }
  | { readonly kind: 'clean' | 'inconclusive' }
  | { readonly kind: 'nothing-proved'; readonly reason: string }
  | { readonly kind: 'nothing-examined'; readonly reason: 'no addresses' | 'no open port' | 'no endpoint' };

export function summarise(document: ResultDocument, endpoints: readonly EndpointView[]): Summary {
  const { findings, coverage } = document;
  const active = findings.filter(({ state }) => state === 'active');
  const strangers = endpoints.filter(({ noteworthy }) => !noteworthy);
  return {
    durationMs: durationOf(document),
    probes: Object.values(coverage.probes).reduce((sum, count) => sum + count, 0),
    findings: countBy(FINDING_STATES, findings, ({ state }) => state),
    active: countBy(SEVERITIES, active, ({ severity }) => severity),
    auth: countBy(
      OVERALL_STATES,
      endpoints.filter(({ noteworthy }) => noteworthy),
      ({ endpoint }) => endpoint.auth.overall,
    ),
    otherHttp: strangers.filter(({ endpoint }) => endpoint.speech === 'http').length,
    notHttp: endpoints.filter(({ endpoint }) => endpoint.speech === 'other'),
    silent: endpoints.filter(({ endpoint }) => endpoint.speech === 'silent'),
    unknown: endpoints.filter(isWorthExplaining),
    undecided: undecidedOf(document),
    expectations: countBy(EXPECTATION_VERDICTS, document.expectations ?? [], ({ verdict }) => verdict),
    verdict: verdictOf(document, endpoints),
  };
}

/** A port that spoke HTTP, gave no service away and no trouble either, needs no explaining. */
function isWorthExplaining({ endpoint, noteworthy }: EndpointView): boolean {
  return endpoint.speech === 'http' && endpoint.auth.overall === 'unknown' && (noteworthy || endpoint.notes.length > 0);
}

function verdictOf({ findings, coverage, expectations }: ResultDocument, endpoints: readonly EndpointView[]): Verdict {
  const affected = endpoints.filter(({ active }) => active > 0).length;
  if (findings.some(({ state }) => state === 'active')) return { kind: 'findings', endpoints: affected };
  const reason = expectations && whyUnproved(expectations);
  if (reason) return { kind: 'nothing-proved', reason };
  if (endpoints.length > 0 || findings.length > 0) {
    return { kind: coverage.complete && !endpoints.some(isWorthExplaining) ? 'clean' : 'inconclusive' };
  }
  if (coverage.addresses === 0) return { kind: 'nothing-examined', reason: 'no addresses' };
  return { kind: 'nothing-examined', reason: coverage.probes.open === 0 ? 'no open port' : 'no endpoint' };
}

function undecidedOf({ coverage }: ResultDocument): Undecidedness {
  const rules = new Map<string, { times: number; missing: Set<string> }>();
  for (const { rule, missing } of coverage.undecided) {
    const entry = rules.get(rule) ?? { times: 0, missing: new Set() };
    entry.times += 1;
    for (const field of missing) entry.missing.add(field);
    rules.set(rule, entry);
  }
  return {
    total: coverage.undecided.length,
    places: new Set(coverage.undecided.map(({ location }) => placeOf(location))).size,
    missing: [...new Set(coverage.undecided.flatMap(({ missing }) => missing))].sort(),
    byRule: [...rules]
      .map(([rule, { times, missing }]) => ({ rule, times, missing: [...missing].sort() }))
      .sort((a, b) => (a.rule < b.rule ? -1 : 1)),
  };
}

function durationOf({ startedAt, finishedAt }: ResultDocument): number | null {
  const duration = Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isFinite(duration) && duration >= 0 ? duration : null;
}

function countBy<K extends string, T>(
  keys: readonly K[],
  items: readonly T[],
  keyOf: (item: T) => K,
): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const item of items) counts[keyOf(item)] += 1;
  return counts;
}
