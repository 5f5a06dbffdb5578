import type { Finding } from '../model/finding.ts';
import type { PolicyAnswer } from '../model/policy.ts';
import type { Rule } from '../model/rule.ts';

/**
 * Sets aside what the policy agreed to: findings of rules that one of its fields settles, at doors that are in everything
 * as their row wants them. Nothing else of the finding changes.
 */
export function agreedUpon(
  findings: readonly Finding[],
  rules: readonly Pick<Rule, 'id' | 'settledBy'>[],
  answers: readonly PolicyAnswer[],
): Finding[] {
  const wanted = answers.filter((answer) => answer.kind === 'wanted');
  const asWanted = wanted.filter(({ port }) => wanted.every((other) => other.port !== port || other.held === true));
  return findings.map((finding): Finding => {
    if (finding.state === 'suppressed') return finding;
    const settledBy = rules.find(({ id }) => id === finding.rule)?.settledBy ?? [];
    const row = asWanted.find(({ port, field }) => port === finding.location.port && settledBy.includes(field));
    if (!row) return finding;
    const reason = `the policy allows it: ${row.service} ${row.wanted}`;
    return { ...finding, state: 'suppressed', suppression: { kind: 'config', reason } };
  });
}
