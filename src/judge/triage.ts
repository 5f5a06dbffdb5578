import type { Finding } from '../model/finding.ts';
import { type Rule, type RuleBook, SEVERITIES, type Severity } from '../model/rule.ts';

/** Severity and bucket of a finding: what the user says of a rule goes before what the rule says of the subject. */
export function triage(
  rule: Rule,
  severityHere: Severity,
  { settings }: Pick<RuleBook, 'settings'>,
  failOn: Severity,
): Pick<Finding, 'severity' | 'state' | 'suppression'> {
  const setting = settings?.[rule.id];
  const severity = setting?.severity ?? severityHere;
  if (setting?.enabled === false) {
    const reason = setting.reason ?? 'the rule is switched off in the configuration';
    return { severity, state: 'suppressed', suppression: { kind: 'rule', reason } };
  }
  return { severity, state: SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn) ? 'active' : 'below-threshold' };
}
