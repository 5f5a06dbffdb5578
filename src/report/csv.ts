import type { Reporter } from './formats.ts';
import { neutralise } from './terminal/neutralise.ts';
import type { FindingView, View } from './view.ts';

const COLUMNS = [
  'state',
  'severity',
  'confidence',
  'rule',
  'title',
  'place',
  'host',
  'port',
  'url',
  'file',
  'line',
  'column',
  'message',
  'fix',
  'cwe',
  'fingerprint',
] as const;

/** RFC 4180: a finding a record, every field quoted, lines ended by CRLF. */
export const reportCsv: Reporter = (view) =>
  [COLUMNS, ...view.findings.map((item) => recordOf(item, view))]
    .map((fields) => `${fields.map(csvField).join(',')}\r\n`)
    .join('');

function recordOf({ finding, place }: FindingView, { rules }: View): string[] {
  const { location, rule } = finding;
  const known = rules.get(rule);
  const fields: Readonly<Record<(typeof COLUMNS)[number], string | number | undefined>> = {
    state: finding.state,
    severity: finding.severity,
    confidence: finding.confidence,
    rule,
    title: known?.title,
    place,
    host: location.host,
    port: location.port,
    url: location.url,
    file: location.file,
    line: location.line,
    column: location.column,
    message: finding.message,
    fix: finding.fix.split('\n').join(' | '),
    cwe: known?.cwe.map((number) => `CWE-${number}`).join(' '),
    fingerprint: finding.fingerprint,
  };
  return COLUMNS.map((column) => String(fields[column] ?? ''));
}

/**
 * What spreadsheets take for a formula (OWASP, CSV Injection), the full-width forms that East Asian versions accept
 * among them; also behind spaces, which some of them skip.
 */
const FORMULA = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;

/** Controls are spelled out by now, so that neither tab nor line break is left to start a cell with. */
function csvField(text: string): string {
  const shown = neutralise(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return `"${safe.replaceAll('"', '""')}"`;
}
