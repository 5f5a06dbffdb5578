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

const EXPECTED = 10;
const GOT = 15;
const VERDICT = 9;
/** On narrower pages the verdict has to do. */
const ROOM_FOR_EXPECTED = 80;

export function expectationLines({ expectations, summary }: View, page: Page): string[] {
  const rows = expectations.map(({ expectation }) => expectation);
  if (rows.length === 0) return [];
  const text = (span: Span): string => paint([span], page.colour);
  const narrow = page.columns < ROOM_FOR_EXPECTED;
  const rest = page.columns - GOT - VERDICT - (narrow ? 0 : EXPECTED);
  const sent = Math.max(22, Math.min(50, rest - 26));
  const widths = [Math.min(40, rest - sent), sent, ...(narrow ? [] : [EXPECTED]), GOT, VERDICT];
  const head = ['REQUEST', 'SENT', ...(narrow ? [] : ['EXPECTED']), 'GOT', ''];
  const table = new Table({
    head: head.map((title) => text(cellSpan(title, 'strong'))),
    colWidths: widths,
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
      ...(narrow ? [] : [text(cellSpan(row.expected, 'faint'))]),
      text(cellSpan(got)),
      text(cellSpan(row.verdict, VERDICT_STYLES[row.verdict])),
    ]);
    before = request;
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const { held, broken, unknown } = summary.expectations;
  const tally = `${held} held, ${broken} broken, ${unknown} unknown`;
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
