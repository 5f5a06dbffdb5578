import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';
import type { ExitCode } from './context.ts';

export interface Gate {
  readonly strict: boolean;
  /** What a baseline knows does not count. */
  readonly onlyNew: boolean;
  readonly failOn: Severity;
}

/** Whether a finding alone makes for exit 1. */
export function counts({ state, severity }: Finding, { onlyNew, failOn }: Gate): boolean {
  if (state === 'active') return true;
  return state === 'baselined' && !onlyNew && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
}

/** The exit code of a sweep's result. Usage (2) and our own faults (4) never get here. */
export function verdict(document: ResultDocument, gate: Gate): ExitCode {
  if (document.findings.some((finding) => counts(finding, gate))) return 1;
  const { probes, silent } = document.coverage;
  const answered = probes.open + probes.closed;
  if (answered === 0) return 3;
  const missed =
    probes.filtered + probes.unreachable + probes.error + probes.skipped + silent + document.troubles.length;
  return gate.strict && missed > 0 ? 3 : 0;
}
