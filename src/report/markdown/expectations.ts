import type { ExpectationView } from '../expectations.ts';
import { counted } from '../table/words.ts';
import type { View } from '../view.ts';
import { markdownCode, markdownText } from './text.ts';

const HEAD = '| request | sent | expected | got | |\n| --- | --- | --- | --- | --- |';

/** What a verification tried: rows that were not as expected first where not all are shown. */
export function expectationSection({ expectations, summary }: View, most: number): string[] {
  if (expectations.length === 0) return [];
  const { held, broken, unknown } = summary.expectations;
  const shown = expectations.length <= most ? expectations : byVerdict(expectations).slice(0, most);
  const left = expectations.length - shown.length;
  return [
    '### Expectations',
    `${held} held, ${broken} broken, ${unknown} unknown.`,
    [HEAD, ...shown.map(row)].join('\n'),
    ...(left > 0 ? [`*${counted(left, 'more row')} not shown here.*`] : []),
  ];
}

const ORDER = { broken: 0, unknown: 1, held: 2 } as const;

function byVerdict(rows: readonly ExpectationView[]): ExpectationView[] {
  return [...rows].sort((a, b) => ORDER[a.expectation.verdict] - ORDER[b.expectation.verdict]);
}

function row({ expectation, place }: ExpectationView): string {
  const { class: kind, request, sent, expected, got, status, verdict, reason } = expectation;
  const cells = [
    `${kind ? `${kind} ` : ''}${markdownCode(request)} at ${markdownCode(place)}`,
    markdownText(sent),
    expected,
    status === null ? got : `${got} ${status}`,
    verdict === 'held' ? verdict : `**${verdict}**${reason ? `: ${markdownText(reason)}` : ''}`,
  ];
  return `| ${cells.join(' | ')} |`;
}
