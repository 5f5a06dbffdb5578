import { SEVERITIES } from '../model/rule.ts';
import type { Reporter } from './formats.ts';
import { coverageSection } from './markdown/coverage.ts';
import { endpointSection } from './markdown/endpoints.ts';
import { expectationSection } from './markdown/expectations.ts';
import { findingSection } from './markdown/findings.ts';
import { markdownCode, markdownText } from './markdown/text.ts';
import { verdictSentence } from './markdown/verdict.ts';
import type { View } from './view.ts';

const MOST_URGENT_FIRST = [...SEVERITIES].reverse();

/** GitHub-flavoured Markdown, whole: for a wiki, a ticket or a pull request. */
export const reportMarkdown: Reporter = (view) => page(view, Number.POSITIVE_INFINITY);

/** GitHub refuses a step summary above 1 MiB (docs.github.com, Workflow commands, Step isolation and limits). */
const MOST_BYTES = 1_048_576;

/** For `$GITHUB_STEP_SUMMARY`: the same, but no more than people scroll through and GitHub takes. */
export const reportGithubSummary: Reporter = (view) => {
  const pages = [100, 30, 10].map((most) => () => page(view, most));
  for (const render of pages) {
    const text = render();
    if (Buffer.byteLength(text) < MOST_BYTES) return text;
  }
  return page(view, 0);
};

function page(view: View, most: number): string {
  const blocks = [
    '## Postern',
    verdictSentence(view),
    ...severityTable(view),
    ...findingSection(view, most),
    ...expectationSection(view, most),
    ...endpointSection(view, most),
    ...coverageSection(view, most),
    runLine(view),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function severityTable({ summary }: View): string[] {
  const present = MOST_URGENT_FIRST.filter((severity) => summary.active[severity] > 0);
  if (present.length === 0) return [];
  const rows = present.map((severity) => `| ${severity} | ${summary.active[severity]} |`);
  return [['| severity | findings |', '| --- | ---: |', ...rows].join('\n')];
}

function runLine({ document }: View): string {
  const { command, startedAt, tool } = document;
  return `Run of ${markdownCode(`postern ${command}`)} started ${markdownText(startedAt)}, version ${markdownText(tool.version)}.`;
}
