import type { TlsVersion } from '../model/tls.ts';
import { type Deduction, GRADES, type Grade, type GradingRow, type PathGrade } from '../model/tls-grade.ts';
import { type SeenTrait, some } from './traits.ts';

export interface LatticeGrade {
  readonly grade: Grade;
  readonly paths: readonly PathGrade[];
  readonly deductions: readonly Deduction[];
}

/**
 * The lattice: a configuration starts at A+, and each trait that was seen sets the best grade still possible.
 * A client that can do no better than one version gets that version's path, so the worst path decides.
 */
export function gradeTraits(
  seen: readonly SeenTrait[],
  offered: readonly TlsVersion[],
  table: readonly GradingRow[],
): LatticeGrade {
  const deductions = table.flatMap(({ trait, cap, rule, source }): Deduction[] => {
    const same = seen.filter((one) => one.trait === trait);
    return same.length === 0 ? [] : [{ trait, cap, observation: merged(same), rule, source }];
  });
  const capOf = new Map(table.map(({ trait, cap }) => [trait, cap]));
  const worst = (traits: readonly SeenTrait[]): Grade =>
    GRADES[Math.max(0, ...traits.map(({ trait }) => GRADES.indexOf(capOf.get(trait) ?? 'A+')))] ?? 'F';
  return {
    grade: worst(seen),
    paths: offered.map((version) => ({
      version,
      grade: worst(seen.filter((one) => one.version === null || one.version === version)),
    })),
    deductions: deductions.sort(
      (a, b) => GRADES.indexOf(b.cap) - GRADES.indexOf(a.cap) || (a.observation < b.observation ? -1 : 1),
    ),
  };
}

/** One sentence for all versions that have the trait. */
function merged(same: readonly SeenTrait[]): string {
  const names = [...new Set(same.flatMap((one) => one.names ?? []))];
  const versions = same.flatMap(({ version }) => version ?? []);
  if (names.length > 0 && versions.length > 0) return `${some(names)} in ${versions.join(', ')}`;
  return [...new Set(same.map(({ observation }) => observation))].join('; ');
}
