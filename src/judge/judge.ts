import { adviceLines, type Surroundings } from '../model/advice.ts';
import type { Confidence, Endpoint, Evidence } from '../model/endpoint.ts';
import type { Finding, Location, Undecided } from '../model/finding.ts';
import { onceFor } from '../model/once-for.ts';
import { type Rule, SEVERITIES, type Severity } from '../model/rule.ts';
import type { Catalogue, Service } from '../model/service.ts';
import { sha256 } from '../model/sha256.ts';
import { endpointSubject, fillMessage, type Subject } from './subject.ts';
import { triage } from './triage.ts';

/*
 * Subject × rule → finding, pass or undecided. Pure, and the only place where severity appears.
 */

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

/** @param where what is known of how the service behind an endpoint runs */
export function judgeEndpoints(
  endpoints: readonly Endpoint[],
  catalogue: Catalogue,
  failOn: Severity,
  where: (endpoint: Endpoint) => Surroundings = () => 'unknown',
): Judgement {
  const rules = catalogue.rules.filter((rule) => rule.subject === 'endpoint');
  const services = new Map(catalogue.services.map((service) => [service.id, service]));
  const findings: Finding[] = [];
  const undecided: Undecided[] = [];
  for (const endpoint of endpoints) {
    const subject = endpointSubject(endpoint);
    const location = locate(endpoint);
    const service = services.get(endpoint.service?.id ?? '');
    for (const rule of rules) {
      if (catalogue.matches(rule.when, subject)) {
        const fix = fixFor(rule, service, where(endpoint));
        findings.push(finding(rule, endpoint, subject, location, fix, catalogue, failOn));
      } else if (endpoint.service && catalogue.matches(rule.possible, subject)) {
        const missing = rule.needs.filter((field) => !known(subject, field));
        if (missing.length > 0) undecided.push({ rule: rule.id, location, missing });
      }
    }
  }
  return { findings: inUrgency(findings), undecided };
}

function finding(
  rule: Rule,
  endpoint: Endpoint,
  subject: Subject,
  location: Location,
  fix: string,
  catalogue: Catalogue,
  failOn: Severity,
): Finding {
  const adjustment = rule.adjust.find(({ when }) => catalogue.matches(when, subject));
  const confidence = cap(adjustment?.confidence ?? rule.confidence, endpoint.service?.confidence ?? 'high');
  return {
    rule: rule.id,
    ...triage(rule, adjustment?.severity ?? rule.severity, catalogue, failOn),
    confidence,
    message: fillMessage(rule.message, subject),
    location,
    related: endpoint.siblings.map((sibling) => siblingLocation(sibling)),
    evidence: evidenceFor(rule)(endpoint.evidence),
    fix,
    fingerprint: fingerprint(rule.id, endpoint),
  };
}

/* What endpoints that answered alike share is made once, and held once however many findings rest on it. */

const evidenceFor = onceFor((rule: Rule) =>
  onceFor((evidence: readonly Evidence[]): readonly Evidence[] => {
    const telling = evidence.filter(({ about }) => rule.evidence.includes(about));
    return telling.length > 0 ? telling : evidence;
  }),
);

const fixesOf = onceFor((_rule: Rule) => onceFor((_service: Service) => new Map<Surroundings, string>()));

const CERTAINTY: readonly Confidence[] = ['low', 'medium', 'high'];

/** The less certain of two: a finding is no surer than what it rests on. */
export function cap(confidence: Confidence, evidence: Confidence): Confidence {
  return CERTAINTY[Math.min(CERTAINTY.indexOf(confidence), CERTAINTY.indexOf(evidence))] ?? 'low';
}

function locate(endpoint: Endpoint): Location {
  return {
    kind: 'endpoint',
    ...(endpoint.host === null ? {} : { host: endpoint.host }),
    ...(endpoint.port === null ? {} : { port: endpoint.port }),
    ...(endpoint.url === null ? {} : { url: endpoint.url }),
  };
}

function siblingLocation(sibling: string): Location {
  const colon = sibling.lastIndexOf(':');
  return {
    kind: 'endpoint',
    host: sibling.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(sibling.slice(colon + 1)),
  };
}

export function fixFor(rule: Rule, service: Service | undefined, where: Surroundings = 'unknown'): string {
  if (!service || !rule.fixInService) return rule.fix;
  const fixes = fixesOf(rule)(service);
  const fix = fixes.get(where) ?? [rule.fix, ...adviceLines(service.fix, where)].join('\n');
  fixes.set(where, fix);
  return fix;
}

/** Rule and place; no version, message or line, so that it survives what does not change the problem. */
function fingerprint(rule: string, endpoint: Endpoint): string {
  const place = [endpoint.origin, endpoint.host, endpoint.port, endpoint.basePath].join('\n');
  return sha256(`${rule}\n${place}`);
}

export function known(subject: Subject, field: string): boolean {
  return field.split('.').reduce<unknown>((at, step) => (at as Subject | undefined)?.[step], subject) !== undefined;
}

/** The gravest first, then by place and rule. */
export function inUrgency(findings: readonly Finding[]): Finding[] {
  return findings
    .map((finding) => ({ finding, severity: SEVERITIES.indexOf(finding.severity), key: sortKey(finding) }))
    .sort((a, b) => b.severity - a.severity || compare(a.key, b.key))
    .map(({ finding }) => finding);
}

function sortKey(finding: Finding): string {
  const { host = '', port = 0, url = '' } = finding.location;
  return [host, String(port).padStart(5, '0'), finding.rule, url].join('\n');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
