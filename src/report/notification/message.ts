import type { Change, DiffDocument, RunReference } from '../../model/diff.ts';
import type { Finding } from '../../model/finding.ts';
import { SEVERITIES, type Severity } from '../../model/rule.ts';

/** What became of things since the runs before; `old` is null where there was none. */
export type News = Omit<DiffDocument, 'schema' | 'old'> & { readonly old: RunReference | null };

/** Appeared, or worse than before, at or above the threshold: what somebody should look at now. */
export function urgentNews({ findings }: News): Finding[] {
  const worse = findings.persisted.filter(({ changes }) => changes.some(isWorse)).map(({ finding }) => finding);
  return [...findings.appeared, ...worse].filter(({ state }) => state === 'active');
}

function isWorse({ field, before, after }: Change): boolean {
  if (field !== 'severity') return false;
  const rank = (severity: string | null): number => SEVERITIES.indexOf(severity as Severity);
  return rank(after) > rank(before);
}
