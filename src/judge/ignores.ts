import type { Finding, Location } from '../model/finding.ts';
import type { IgnoreComment } from '../model/ignore.ts';

export interface Ignored {
  readonly findings: readonly Finding[];
  /** Comments with nothing to set aside. */
  readonly unused: readonly IgnoreComment[];
}

/**
 * Puts findings in the bucket that a comment asks for. A comment also counts at a place of the chain, so that what leads
 * to a finding can be answered for where it stands.
 */
export function applyIgnores(findings: readonly Finding[], ignores: readonly IgnoreComment[]): Ignored {
  const used = new Set<IgnoreComment>();
  const marked = findings.map((finding): Finding => {
    const own = ignores.filter((ignore) => names(ignore, finding.rule) && covers(ignore, finding.location));
    const hits =
      own.length > 0
        ? own
        : ignores.filter(
            (ignore) => ignore.rules.includes(finding.rule) && finding.related.some((place) => covers(ignore, place)),
          );
    for (const hit of hits) used.add(hit);
    return hits.length > 0 ? { ...finding, state: 'suppressed' } : finding;
  });
  return { findings: marked, unused: ignores.filter((ignore) => !used.has(ignore)) };
}

function names({ rules }: IgnoreComment, rule: string): boolean {
  return rules.length === 0 || rules.includes(rule);
}

function covers(ignore: IgnoreComment, { file, line, endLine }: Location): boolean {
  if (file !== ignore.file || line === undefined) return false;
  return (line <= ignore.covers && ignore.covers <= Math.max(line, endLine ?? line)) || ignore.line === line;
}
