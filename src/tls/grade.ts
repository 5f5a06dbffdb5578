import type { TlsVersion } from '../model/tls.ts';
import { type Deduction, GRADES, type Grade, type GradingRow, type PathGrade } from '../model/tls-grade.ts';
import type { SeenTrait } from './traits.ts';

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
  const deductions = seen.flatMap((one) => {
    const row = table.find(({ trait }) => trait === one.trait);
    return row
      ? [{ trait: one.trait, cap: row.cap, observation: one.observation, rule: row.rule, source: row.source }]
      : [];
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
