import type { Expectation } from '../model/expectation.ts';
import type { Finding, Location, Undecided } from '../model/finding.ts';
import type { Rule, Severity } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import { sha256 } from '../model/sha256.ts';
import { fixFor, inUrgency, type Judgement, known } from './judge.ts';
import { bracketed, fillMessage, type Subject, withoutUnknown } from './subject.ts';
import { triage } from './triage.ts';

/** Rows that did not come out as expected, as findings. Rows of which nothing was learned are undecided. */
export function judgeExpectations(
  expectations: readonly Expectation[],
  catalogue: Catalogue,
  failOn: Severity,
): Judgement {
  const rules = catalogue.rules.filter(({ subject }) => subject === 'expectation');
  const findings: Finding[] = [];
  const undecided = new Map<string, Undecided>();
  for (const expectation of expectations) {
    const subject = expectationSubject(expectation);
    const location = locate(expectation);
    for (const rule of rules) {
      if (catalogue.matches(rule.when, subject)) {
        findings.push(finding(rule, expectation, subject, location, catalogue, failOn));
      } else if (catalogue.matches(rule.possible, subject)) {
        const missing = rule.needs.filter((field) => !known(subject, field));
        if (missing.length > 0) undecided.set(`${rule.id}\n${location.url}`, { rule: rule.id, location, missing });
      }
    }
  }
  return { findings: onceEach(inUrgency(findings)), undecided: [...undecided.values()] };
}

/** One request may stand for several classes: the most urgent finding speaks for all. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const one of findings) if (!seen.has(one.fingerprint)) seen.set(one.fingerprint, one);
  return [...seen.values()];
}

/** What rules and messages see. */
export function expectationSubject(expectation: Expectation): Subject {
  const { host, port, service, standsFor, reveals, ...rest } = expectation;
  return withoutUnknown({
    ...rest,
    place: `${bracketed(host)}:${port}`,
    service: service ?? undefined,
    name: service?.name ?? 'The service',
    leads: reveals ? `, which gives away ${reveals}` : standsFor.length > 0 ? `, which stands for ${standsFor[0]}` : '',
  });
}

function finding(
  rule: Rule,
  expectation: Expectation,
  subject: Subject,
  location: Location,
  catalogue: Catalogue,
  failOn: Severity,
): Finding {
  const adjustment = rule.adjust.find(({ when }) => catalogue.matches(when, subject));
  const severity = adjustment?.severity ?? rule.severity;
  const service = catalogue.services.find(({ id }) => id === expectation.service?.id);
  const { request, status, sent, got } = expectation;
  return {
    rule: rule.id,
    ...triage(rule, severity, catalogue, failOn),
    confidence: adjustment?.confidence ?? rule.confidence,
    message: fillMessage(rule.message, subject),
    location,
    related: [],
    evidence: [{ about: 'door', request, status, shows: `${sent}: ${got}` }],
    fix: fixFor(rule, service),
    fingerprint: fingerprint(rule.id, expectation),
  };
}

function locate({ host, port, url }: Expectation): Location {
  return { kind: 'endpoint', host, port, url };
}

function fingerprint(rule: string, { host, port, request, sent }: Expectation): string {
  return sha256([rule, host, port, request, sent].join('\n'));
}
