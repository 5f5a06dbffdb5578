import type { Finding } from '../model/finding.ts';
import { evidenceText } from './evidence-text.ts';
import type { Reporter } from './formats.ts';
import { type Case, casesOf } from './junit/cases.ts';
import { rowCases } from './junit/rows.ts';
import type { View } from './view.ts';
import { xmlAttributes, xmlLines, xmlText } from './xml.ts';

/**
 * JUnit XML after the schema of Jenkins: a suite for each area, a case for each rule on each subject, and a suite
 * that fails when the run itself saw nothing or was cut short, because an empty report looks like a clean one.
 */
export const reportJunit: Reporter = (view) => {
  const areas = new Map<string, Case[]>();
  for (const item of [...casesOf(view), ...rowCases(view)])
    areas.set(item.area, [...(areas.get(item.area) ?? []), item]);
  const suites = [
    coverageSuite(view),
    ...[...areas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([area, cases]) => areaSuite(area, cases, view)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="postern">\n${suites.join('\n')}\n</testsuites>\n`;
};

function areaSuite(area: string, cases: readonly Case[], view: View): string {
  const of = (kind: Case['outcome']['kind']): number => cases.filter(({ outcome }) => outcome.kind === kind).length;
  const counts = { tests: cases.length, failures: of('failed') + of('broken'), errors: 0, skipped: of('skipped') };
  return suite(`postern.${area}`, counts, view, cases.map(caseElement));
}

function suite(
  name: string,
  counts: Readonly<Record<string, number>>,
  { document }: View,
  lines: readonly string[],
): string {
  const attributes = { name, ...counts, time: '0', timestamp: document.startedAt.replace(/(?:\.\d+)?Z$/, '') };
  return [`  <testsuite${xmlAttributes(attributes)}>`, ...lines, '  </testsuite>'].join('\n');
}

function caseElement({ area, kind, name, outcome }: Case): string {
  const open = `    <testcase${xmlAttributes({ classname: `postern.${area}.${kind}`, name, time: '0' })}`;
  switch (outcome.kind) {
    case 'passed':
      return `${open}/>`;
    case 'skipped':
      return `${open}>\n      <skipped>${xmlText(outcome.why)}</skipped>\n    </testcase>`;
    case 'noted':
      return `${open}>\n      <system-out>${detail(outcome.finding)}</system-out>\n    </testcase>`;
    case 'failed': {
      const { severity, message } = outcome.finding;
      return `${open}>\n      <failure${xmlAttributes({ type: severity, message })}>${detail(outcome.finding)}</failure>\n    </testcase>`;
    }
    case 'broken':
      return `${open}>\n      <failure${xmlAttributes({ type: 'broken', message: outcome.why })}/>\n    </testcase>`;
  }
}

function detail({ severity, confidence, message, evidence, fix, fingerprint }: Finding): string {
  return [
    xmlText(`${severity}, ${confidence} confidence: ${message}`),
    ...evidence.map((item) => xmlText(`Seen: ${evidenceText(item)}`)),
    `Fix: ${xmlLines(fix)}`,
    xmlText(`Fingerprint: ${fingerprint}`),
  ].join('\n');
}

function coverageSuite(view: View): string {
  const { verdict } = view.summary;
  const cases = [
    { name: 'something was examined', wrong: verdict.kind === 'nothing-examined' ? verdict.reason : null },
    ...(view.document.expectations
      ? [{ name: 'the lock was proved', wrong: verdict.kind === 'nothing-proved' ? verdict.reason : null }]
      : []),
    { name: 'the run was complete', wrong: view.document.coverage.complete ? null : 'the run was interrupted' },
  ];
  const lines = cases.map(({ name, wrong }) => {
    const open = `    <testcase${xmlAttributes({ classname: 'postern.coverage', name, time: '0' })}`;
    return wrong === null
      ? `${open}/>`
      : `${open}>\n      <error${xmlAttributes({ type: 'coverage', message: wrong })}/>\n    </testcase>`;
  });
  const troubles = view.document.troubles.map(({ kind, where, what }) => xmlText(`${kind}: ${where}: ${what}`));
  const errors = cases.filter(({ wrong }) => wrong !== null).length;
  return suite('postern.coverage', { tests: cases.length, failures: 0, errors, skipped: 0 }, view, [
    ...lines,
    ...(troubles.length > 0 ? [`    <system-err>${troubles.join('\n')}</system-err>`] : []),
  ]);
}
