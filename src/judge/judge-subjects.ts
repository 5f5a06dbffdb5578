import type { Edit } from '../model/edit.ts';
import type { Confidence, Evidence } from '../model/endpoint.ts';
import type { Finding, Location } from '../model/finding.ts';
import {
  type Rule,
  type RuleAdjustment,
  type RuleBook,
  SEVERITIES,
  type Severity,
  type SubjectKind,
} from '../model/rule.ts';
import { sha256 } from '../model/sha256.ts';
import { cap, type Judgement, known } from './judge.ts';
import { fillMessage, type Subject } from './subject.ts';
import { triage } from './triage.ts';

/** A subject ready to be held against rules. */
export interface JudgedSubject {
  readonly kind: SubjectKind;
  readonly subject: Subject;
  readonly location: Location;
  /** What tells this subject from others of its kind; part of the fingerprint. */
  readonly identity: string;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  readonly related: readonly Location[];
  /** False when there was nothing to learn: then no rule is undecided. */
  readonly examined: boolean;
  /** What is known of mending it beside the rule's own advice. */
  readonly fix?: string;
  readonly edits?: readonly Edit[];
}

/** Subjects of any kind × the rules of that kind. Pure. */
export function judgeSubjects(
  subjects: readonly JudgedSubject[],
  catalogue: RuleBook,
  failOn: Severity,
  pedantic = false,
): Judgement {
  const findings: Finding[] = [];
  const undecided: Judgement['undecided'][number][] = [];
  for (const judged of subjects) {
    for (const rule of catalogue.rules) {
      if (rule.subject !== judged.kind) continue;
      const declared = judged.subject.origin === 'declared';
      if (!pedantic && (rule.pedantic || (declared && rule.declared.pedantic))) continue;
      if (catalogue.matches(rule.when, judged.subject)) {
        const adjustment = rule.adjust.find(({ when }) => catalogue.matches(when, judged.subject));
        if (adjustment?.pedantic && !pedantic) continue;
        findings.push(finding(rule, adjustment, judged, catalogue, failOn));
      } else if (judged.examined && catalogue.matches(rule.possible, judged.subject)) {
        const missing = rule.needs.filter((field) => !known(judged.subject, field));
        if (missing.length > 0) undecided.push({ rule: rule.id, location: judged.location, missing });
      }
    }
  }
  return { findings: findings.sort(byUrgency), undecided };
}

function finding(
  rule: Rule,
  adjustment: RuleAdjustment | undefined,
  judged: JudgedSubject,
  catalogue: RuleBook,
  failOn: Severity,
): Finding {
  const declared = judged.subject.origin === 'declared' ? rule.declared : {};
  return {
    rule: rule.id,
    ...triage(rule, declared.severity ?? adjustment?.severity ?? rule.severity, catalogue, failOn),
    confidence: cap(adjustment?.confidence ?? rule.confidence, judged.confidence),
    message: fillMessage(declared.message ?? rule.message, judged.subject),
    location: judged.location,
    related: judged.related,
    evidence: judged.evidence,
    fix: judged.fix && rule.fixInService ? `${rule.fix}\n${judged.fix}` : rule.fix,
    ...(judged.edits && judged.edits.length > 0 ? { edits: judged.edits } : {}),
    fingerprint: sha256(`${rule.id}\n${judged.identity}`),
  };
}

function byUrgency(a: Finding, b: Finding): number {
  const severity = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
  if (severity !== 0) return severity;
  const [left, right] = [sortKey(a), sortKey(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function sortKey({ location, rule, fingerprint }: Finding): string {
  const { host = '', port = 0, file = '' } = location;
  return [file, host, String(port).padStart(5, '0'), rule, fingerprint].join('\n');
}
