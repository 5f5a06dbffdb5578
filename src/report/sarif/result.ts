import type { CodeFlow, Result, Suppression } from 'sarif';
import type { Finding } from '../../model/finding.ts';
import { evidenceText } from '../evidence-text.ts';
import type { FindingView } from '../view.ts';
import { sarifFix } from './fix.ts';
import { LEVELS, SECURITY_SEVERITY } from './levels.ts';
import { sarifLocation } from './locations.ts';
import { message } from './text.ts';

/** `compared`: the run was held against a baseline. */
export function sarifResult(
  { finding }: FindingView,
  ruleIndex: ReadonlyMap<string, number>,
  compared: boolean,
): Result {
  const { rule, severity, confidence, location, related, fix, edits = [], fingerprint, state } = finding;
  const index = ruleIndex.get(rule);
  const flow = codeFlow(finding);
  return {
    ruleId: rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    kind: 'fail',
    level: LEVELS[severity],
    message: message(finding.message),
    locations: [sarifLocation(location)],
    ...(related.length > 0
      ? {
          relatedLocations: related.map((place, id) => ({
            id,
            ...sarifLocation(place, place.says ?? 'belongs to it'),
          })),
        }
      : {}),
    ...(flow === null ? {} : { codeFlows: [flow] }),
    ...(edits.length > 0 ? { fixes: edits.map(sarifFix) } : {}),
    partialFingerprints: fingerprints(fingerprint),
    ...(compared ? { baselineState: state === 'baselined' ? 'unchanged' : 'new' } : {}),
    ...(state === 'suppressed' ? { suppressions: [accepted(finding)] } : {}),
    properties: { severity, confidence, state, fix, 'security-severity': SECURITY_SEVERITY[severity] },
  };
}

/** Accepted, which is what the absence of a status means (§3.35.3). */
function accepted({ suppression }: Finding): Suppression {
  if (suppression === undefined) return { kind: 'external' };
  return { kind: suppression.kind === 'comment' ? 'inSource' : 'external', justification: suppression.reason };
}

/** What was asked and what came back, in the order in which it convinced; for files the links of the chain. */
function codeFlow({ evidence, related, location, message: text }: Finding): CodeFlow | null {
  const chain = related.filter(({ says }) => says !== undefined);
  if (evidence.length + chain.length === 0) return null;
  const steps = [
    ...evidence.map((item) => sarifLocation(location, evidenceText(item))),
    ...(evidence.length === 0 ? chain.map((link) => sarifLocation(link, link.says)) : []),
    ...(evidence.length === 0 ? [sarifLocation(location, text)] : []),
  ];
  return { threadFlows: [{ locations: steps.map((step) => ({ location: step })) }] };
}

/**
 * GitHub tells findings apart by `primaryLocationLineHash` and would make one from the source line if it were missing;
 * ours holds no line, so that it survives when lines move. The number behind the colon tells equal hashes apart.
 */
function fingerprints(fingerprint: string): Record<string, string> {
  return { 'postern/v1': fingerprint, primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1` };
}
