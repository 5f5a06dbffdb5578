import type { Finding } from '../model/finding.ts';

/** Findings in files that are not in effect stay in the result and do not decide. @param reasonOf null: the file is in effect */
export function setAside(findings: readonly Finding[], reasonOf: (path: string) => string | null): Finding[] {
  return findings.map((finding): Finding => {
    const reason = reasonOf(finding.location.file ?? '');
    if (reason === null) return finding;
    return { ...finding, state: 'suppressed', suppression: { kind: 'config', reason } };
  });
}
