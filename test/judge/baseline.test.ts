import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againstBaseline } from '../../src/judge/baseline.ts';
import type { FindingState } from '../../src/model/finding.ts';
import type { Severity } from '../../src/model/rule.ts';
import { blankDocument, blankFinding } from '../report/documents.ts';

const CASES: readonly (readonly [string, FindingState, Severity | null, FindingState])[] = [
  ['is not known', 'active', null, 'active'],
  ['is known', 'active', 'critical', 'baselined'],
  ['was worse', 'below-threshold', 'critical', 'baselined'],
  ['has become worse', 'active', 'high', 'active'],
  ['is suppressed', 'suppressed', 'critical', 'suppressed'],
];

for (const [name, state, known, expected] of CASES) {
  test(`a finding that ${name}`, () => {
    const finding = blankFinding({ state });
    const baseline = new Map(known === null ? [] : [[finding.fingerprint, known] as const]);

    const { findings } = againstBaseline(blankDocument({ findings: [finding] }), baseline);

    assert.equal(findings[0]?.state, expected);
  });
}
