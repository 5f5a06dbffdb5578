import Table from 'cli-table3';
import type { Expectation } from '../../model/expectation.ts';
import { cellSpan, paint, type Span, type Style } from '../terminal/span.ts';
import type { View } from '../view.ts';
import { heading, type Page } from './page.ts';

/*
 * What was sent, expected and got. Rows of one request stand together, in the order in which they were tried.
 */

const VERDICT_STYLES = { held: 'good', broken: 'bad', unknown: 'warn' } as const satisfies Record<
  Expectation['verdict'],
  Style
>;

export function expectationLines({ document }: View, page: Page): string[] {
  const rows = document.expectations ?? [];
  if (rows.length === 0) return [];
  const text = (span: Span): string => paint([span], page.colour);
  const wide = Math.max(24, Math.min(50, page.columns - 60));
  const table = new Table({
    head: ['REQUEST', 'SENT', 'EXPECTED', 'GOT', ''].map((title) => text(cellSpan(title, 'strong'))),
    colWidths: [Math.max(16, Math.min(40, page.columns - wide - 34)), wide, 10, 15, 9],
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    wordWrap: true,
  });
  let before = '';
  for (const row of rows) {
    const place = row.check === 'neighbour' || row.check === 'plaintext-sibling' ? ` on ${row.port}` : '';
    const request = `${row.class ? `${row.class} ` : ''}${row.request}${place}`;
    const got = `${row.got}${row.status === null ? '' : ` ${row.status}`}`;
    table.push([
      text(cellSpan(request === before ? '' : request)),
      text(cellSpan(row.sent)),
      text(cellSpan(row.expected, 'faint')),
      text(cellSpan(got)),
      text(cellSpan(row.verdict, VERDICT_STYLES[row.verdict])),
    ]);
    before = request;
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const count = (verdict: Expectation['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  const tally = `${count('held')} held, ${count('broken')} broken, ${count('unknown')} unknown`;
  return ['', heading('EXPECTATIONS', [cellSpan(tally)], page), ...lines, ...unknowns(rows, text)];
}

/** Why rows stayed unknown, each reason once. */
function unknowns(rows: readonly Expectation[], text: (span: Span) => string): string[] {
  const reasons = new Set(rows.flatMap(({ verdict, reason }) => (verdict === 'unknown' && reason ? [reason] : [])));
  return [...reasons].map((reason) => `  ${text(cellSpan(`unknown: ${reason}`, 'faint'))}`);
}

const BORDERLESS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);
