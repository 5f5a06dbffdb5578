import { UsageError } from '../model/trouble.ts';
import type { Run } from './address.ts';
import type { TargetExpression } from './expression.ts';
import { quote } from './quote.ts';
import { type Refusal, tally } from './ruling.ts';
import { describeRefusal, type Scope } from './scope.ts';

/**
 * Refuses addresses that the user wrote down and that may not be dialled. A network may hold some that never are
 * (a metadata service in 169.254.0.0/16) and some that are excluded: those are left out without a word here.
 *
 * @throws UsageError on public addresses outside every allowance, and where nothing but never-dialled addresses is left.
 */
export function assertInScope(expression: TargetExpression, scope: Scope): void {
  const run = writtenRun(expression);
  if (!run) return;
  const counts = tally(scope.ruling(run.page), [run]);
  const reason = (['public', 'metadata', 'reserved', 'transition'] as const).find((refusal) => counts[refusal] > 0);
  if (!reason || (reason !== 'public' && counts.admitted > 0)) return;
  throw new UsageError(
    `${expression.where}: ${quote(expression.text)} is out of scope: ${explain(reason, counts[reason], run)}`,
  );
}

function writtenRun(expression: TargetExpression): Run | null {
  if (expression.kind === 'addresses') return expression.run;
  const point = expression.kind === 'url' ? expression.point : expression.pinned;
  return point && { page: point.page, first: point.offset, last: point.offset };
}

function explain(reason: Refusal, affected: number, { page, first, last }: Run): string {
  if (reason !== 'public' || first === last) return describeRefusal(reason, { page, offset: first });
  return `${affected} of its ${last - first + 1} addresses are public: public addresses need --allow-public with a CIDR that holds them`;
}
