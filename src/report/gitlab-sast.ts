import type { RuleSummary } from '../model/result.ts';
import type { Severity } from '../model/rule.ts';
import { artifactPath } from './artifact.ts';
import { cut } from './cut.ts';
import { evidenceText } from './evidence-text.ts';
import type { Reporter } from './formats.ts';
import { jsonText } from './json-text.ts';
import type { FindingView, View } from './view.ts';

/** Version of gitlab-org/security-products/security-report-schemas, sast-report-format.json. */
const SCHEMA_VERSION = '15.0.7';

const SEVERITY = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
} as const satisfies Record<Severity, string>;

/** `maxLength` of that schema. */
const LONGEST_NAME = 255;
const LONGEST_SOLUTION = 7000;
const MOST_IDENTIFIERS = 20;

/** GitLab SAST. It has no states: what is set aside is left out. */
export const reportGitlabSast: Reporter = (view) => {
  const { document, findings } = view;
  const program = { id: 'postern', name: 'Postern', version: document.tool.version, vendor: { name: 'Postern' } };
  const report = {
    version: SCHEMA_VERSION,
    scan: {
      analyzer: program,
      scanner: program,
      type: 'sast',
      start_time: withoutZone(document.startedAt),
      end_time: withoutZone(document.finishedAt),
      status: document.coverage.complete ? 'success' : 'failure',
    },
    vulnerabilities: findings
      .filter(({ finding }) => finding.state === 'active' || finding.state === 'below-threshold')
      .map((item) => vulnerability(item, view)),
  };
  return `${jsonText(report, 2)}\n`;
};

function vulnerability({ finding, place }: FindingView, { rules }: View) {
  const { rule, severity, message, evidence, fix, fingerprint, location } = finding;
  const known = rules.get(rule);
  return {
    id: fingerprint,
    name: cut(`${known?.title ?? rule} at ${place}`, LONGEST_NAME),
    description: [message, ...evidence.map((item) => `Seen: ${evidenceText(item)}`)].join('\n'),
    severity: SEVERITY[severity],
    solution: cut(fix, LONGEST_SOLUTION),
    location: { file: artifactPath(location), start_line: location.line ?? 1 },
    identifiers: identifiers(rule, known),
    links: (known?.references ?? []).filter((reference) => /^https?:\/\//.test(reference)).map((url) => ({ url })),
  };
}

function identifiers(rule: string, known: RuleSummary | undefined) {
  return [
    { type: 'postern_rule', name: `postern ${rule}`, value: rule },
    ...(known?.cwe ?? []).map((number) => ({
      type: 'cwe',
      name: `CWE-${number}`,
      value: String(number),
      url: `https://cwe.mitre.org/data/definitions/${number}.html`,
    })),
  ].slice(0, MOST_IDENTIFIERS);
}

/** The schema asks for `2026-11-21T07:15:42`, in UTC. */
function withoutZone(time: string): string {
  return time.replace(/(?:\.\d+)?Z$/, '');
}
