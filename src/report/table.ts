import { reportCheckTable } from './check/table.ts';
import type { Reporter } from './formats.ts';
import { coverageLines } from './table/coverage.ts';
import { endpointLines } from './table/endpoints.ts';
import { expectationLines } from './table/expectations.ts';
import { findingLines } from './table/findings.ts';
import { type Page, pageFor } from './table/page.ts';
import { verdictLines } from './table/verdict.ts';
import { duration, timestamp } from './table/words.ts';
import { span } from './terminal/span.ts';
import { hanging } from './terminal/wrap.ts';
import type { View } from './view.ts';

/** For people: the doors, what is wrong with them, what was and was not looked at, and how it stands. */
export const reportTable: Reporter = (view, options) => {
  // A host has a story of its own: who can reach what, and whether it may be exposed.
  if (view.document.host !== undefined) return reportCheckTable(view, options);
  const page = pageFor(options);
  const endpoints = endpointLines(view, page);
  const lines = [
    ...runLines(view, page),
    ...(endpoints.length > 0 ? ['', ...endpoints] : []),
    ...expectationLines(view, page),
    ...findingLines(view, page),
    ...coverageLines(view, page),
    ...verdictLines(view, page),
  ];
  return `${lines.join('\n')}\n`;
};

function runLines({ document, summary }: View, page: Page): string[] {
  const took = summary.durationMs === null ? '' : `, took ${duration(summary.durationMs)}`;
  const what = span(`postern ${document.command}`, 'strong', 80);
  const when = span(`  ${timestamp(document.startedAt)}${took}, version ${document.tool.version}`, 'faint', 160);
  return hanging([], [what, when], { indent: 0, columns: page.textColumns, colour: page.colour });
}
