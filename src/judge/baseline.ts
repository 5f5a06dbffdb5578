import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';

/** What is known already, by fingerprint, with the severity it had. */
export type Baseline = ReadonlyMap<string, Severity>;

/** Puts what is known in its bucket; what has become worse since stays where it is. */
export function againstBaseline(document: ResultDocument, baseline: Baseline): ResultDocument {
  const findings = document.findings.map((finding): Finding => {
    const known = baseline.get(finding.fingerprint);
    if (known === undefined || finding.state === 'suppressed' || isWorse(finding.severity, known)) return finding;
    return { ...finding, state: 'baselined' };
  });
  return { ...document, findings };
}

function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);
}
