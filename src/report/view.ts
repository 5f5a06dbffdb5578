import type { Endpoint, Evidence } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import { onceFor } from '../model/once-for.ts';
import type { ResultDocument, RuleSummary } from '../model/result.ts';
import { type CertificateView, certificatesOf } from './certificates.ts';
import { type ExpectationView, expectationsOf } from './expectations.ts';
import { doorOf, inOrder } from './order.ts';
import { placeOf, placeOfEndpoint } from './place.ts';
import { type Summary, summarise } from './summary.ts';
import { whyUnknown } from './why-unknown.ts';

/*
 * What every report is made from: the document in order, and everything that takes counting, sorting or looking up.
 * Text is still as it came; each medium makes it harmless in its own way.
 */

export interface View {
  readonly document: ResultDocument;
  readonly endpoints: readonly EndpointView[];
  readonly findings: readonly FindingView[];
  /** Rules by id; an older document may lack one. */
  readonly rules: ReadonlyMap<string, RuleSummary>;
  readonly certificates: readonly CertificateView[];
  /** Rows of a verification; empty for other runs. */
  readonly expectations: readonly ExpectationView[];
  readonly summary: Summary;
}

export interface EndpointView {
  readonly endpoint: Endpoint;
  /** `host:port`, brackets around IPv6, with the base path. */
  readonly place: string;
  /** The most severe finding that is neither suppressed nor baselined. */
  readonly worst: Finding | null;
  /** Findings beside the worst. */
  readonly more: number;
  /** Findings at or above the threshold. */
  readonly active: number;
  /** False for an endpoint that gets by with a line for all of its kind. */
  readonly noteworthy: boolean;
  /** Why the auth verdict is unknown; empty when it is known or no service was recognised. */
  readonly unknownBecause: readonly string[];
}

export interface FindingView {
  readonly finding: Finding;
  readonly place: string;
  /** The evidence that says most, decisive answers first. */
  readonly proof: readonly Evidence[];
  /** Evidence beside it. */
  readonly moreProof: number;
  /** Place of an earlier active finding with the very same fix. */
  readonly fixAt: string | null;
  /** A page about the rule. */
  readonly reference: string | null;
}

const MAX_PROOF = 3;

/**
 * Pure: the same document gives the same view, in whatever order its lists came. What a report does not look at is not
 * worked out.
 */
export function toView(result: ResultDocument): View {
  const document = inOrder(result);
  return {
    document,
    get endpoints() {
      return endpointsOf(document);
    },
    get findings() {
      return findingsOf(document);
    },
    get rules() {
      return rulesOf(document);
    },
    get certificates() {
      return certificatesIn(document);
    },
    get expectations() {
      return expectationsIn(document);
    },
    get summary() {
      return summaryOf(document);
    },
  };
}

const endpointsOf = onceFor((document: ResultDocument): readonly EndpointView[] => {
  const current = groupByDoor(document.findings.filter(isCurrent));
  return document.endpoints.map((endpoint) => endpointView(endpoint, current.get(doorOf(endpoint)) ?? []));
});

const findingsOf = onceFor((document: ResultDocument): readonly FindingView[] => {
  const byDoor = new Map(document.endpoints.map((endpoint) => [doorOf(endpoint), endpoint]));
  const references = new Map(document.rules.map((rule) => [rule.id, rule.references[0]]));
  const fixes = new Map<string, string>();
  return document.findings.map((finding) => {
    const place = placeOf(finding.location);
    const fixAt = fixes.get(finding.fix) ?? null;
    if (fixAt === null && finding.state === 'active') fixes.set(finding.fix, place);
    const proof = mostTelling(finding.evidence, byDoor.get(doorOf(finding.location)));
    const reference = references.get(finding.rule) ?? null;
    return { finding, place, proof, moreProof: finding.evidence.length - proof.length, fixAt, reference };
  });
});

const rulesOf = onceFor(({ rules }: ResultDocument) => new Map(rules.map((rule) => [rule.id, rule])));
const certificatesIn = onceFor(certificatesOf);
const expectationsIn = onceFor(expectationsOf);
const summaryOf = onceFor((document: ResultDocument) => summarise(document, endpointsOf(document)));

function endpointView(endpoint: Endpoint, findings: readonly Finding[]): EndpointView {
  return {
    endpoint,
    place: placeOfEndpoint(endpoint),
    worst: findings[0] ?? null,
    more: Math.max(findings.length - 1, 0),
    active: findings.filter(({ state }) => state === 'active').length,
    noteworthy: findings.length > 0 || saysSomething(endpoint),
    unknownBecause: whyUnknown(endpoint),
  };
}

function saysSomething({ service, auth, conditions, advisories }: Endpoint): boolean {
  return service !== null || auth.overall !== 'unknown' || conditions.length > 0 || advisories.length > 0;
}

function isCurrent({ state }: Finding): boolean {
  return state === 'active' || state === 'below-threshold';
}

/** Keeps the order, most severe first. */
function groupByDoor(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const door = doorOf(finding.location);
    groups.set(door, [...(groups.get(door) ?? []), finding]);
  }
  return groups;
}

/** Answers that were granted say most, then refusals, then what only names the service. */
function mostTelling(evidence: readonly Evidence[], endpoint: Endpoint | undefined): Evidence[] {
  const doors = endpoint?.auth.doors.filter((door) => door.class !== 'identity') ?? [];
  const rank = ({ request }: Evidence): number => {
    const states = doors.filter((door) => door.request === request).map(({ state }) => state);
    if (states.includes('open')) return 0;
    return states.includes('guarded') ? 1 : 2;
  };
  return evidence
    .map((item, position) => ({ item, rank: rank(item), position }))
    .sort((a, b) => a.rank - b.rank || a.position - b.position)
    .slice(0, MAX_PROOF)
    .map(({ item }) => item);
}
