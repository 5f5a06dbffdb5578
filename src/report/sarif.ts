import type { Log, Result, Run } from 'sarif';
import type { Reporter } from './formats.ts';
import { jsonText } from './json-text.ts';
import { sarifNotifications } from './sarif/notifications.ts';
import { sarifResult } from './sarif/result.ts';
import { cweTaxonomy, sarifRule } from './sarif/rule.ts';
import type { View } from './view.ts';

/** SARIF 2.1.0 (OASIS, with errata 01), in the subset that GitHub code scanning shows. */
export const reportSarif: Reporter = (view) => {
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [runOf(view)],
  };
  return `${jsonText(log, 2)}\n`;
};

function runOf({ document, findings }: View): Run {
  const { tool, rules, coverage, startedAt, finishedAt } = document;
  const taxa = [...new Set(rules.flatMap(({ cwe }) => cwe))].sort((a, b) => a - b);
  const ruleIndex = new Map(rules.map(({ id }, index) => [id, index]));
  // SARIF 2.1.0 §3.27.24: a run says it of all of its results or of none.
  const compared = findings.some(({ finding }) => finding.state === 'baselined');
  return {
    tool: {
      driver: {
        name: tool.name,
        version: tool.version,
        ...(isSemantic(tool.version) ? { semanticVersion: tool.version } : {}),
        rules: rules.map((rule) => sarifRule(rule, taxa)),
        ...(taxa.length > 0 ? { supportedTaxonomies: [{ name: 'CWE', index: 0 }] } : {}),
        properties: { catalogue: tool.catalogue },
      },
    },
    ...(taxa.length > 0 ? { taxonomies: [cweTaxonomy(taxa)] } : {}),
    automationDetails: { id: `postern/${document.command}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: coverage.complete,
        ...(isTime(startedAt) ? { startTimeUtc: startedAt } : {}),
        ...(isTime(finishedAt) ? { endTimeUtc: finishedAt } : {}),
        toolExecutionNotifications: sarifNotifications(document),
      },
    ],
    results: findings.map((item): Result => sarifResult(item, ruleIndex, compared)),
  };
}

function isSemantic(version: string): boolean {
  return /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(version);
}

/** RFC 3339 in UTC, as the schema's date-time asks for. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && Number.isFinite(Date.parse(text));
}
