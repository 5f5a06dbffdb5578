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

/** The exit code of a sweep's result. Usage (2) and our own faults (4) never get here. */
export function verdict(document: ResultDocument, { strict, onlyNew, failOn }: Gate): ExitCode {
  const counts = ({ state, severity }: Finding): boolean =>
    state === 'active' ||
    (state === 'baselined' && !onlyNew && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn));
  if (document.findings.some(counts)) return 1;
  const { probes, silent } = document.coverage;
  const answered = probes.open + probes.closed;
  if (answered === 0) return 3;
  const missed =
    probes.filtered + probes.unreachable + probes.error + probes.skipped + silent + document.troubles.length;
  return strict && missed > 0 ? 3 : 0;
}
