import type { Severity } from '../model/rule.ts';
import { artifactPath } from './artifact.ts';
import type { Reporter } from './formats.ts';
import { jsonText } from './json-text.ts';

const SEVERITY = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
} as const satisfies Record<Severity, string>;

/** GitLab Code Quality (docs.gitlab.com, Code Quality, report format). It has no states: what is set aside is left out. */
export const reportGitlabQuality: Reporter = ({ findings }) => {
  const issues = findings
    .filter(({ finding }) => finding.state === 'active' || finding.state === 'below-threshold')
    .map(({ finding }) => ({
      description: finding.message,
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: SEVERITY[finding.severity],
      location: { path: artifactPath(finding.location), lines: { begin: finding.location.line ?? 1 } },
    }));
  return `${jsonText(issues, 2)}\n`;
};
