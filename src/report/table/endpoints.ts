import Table from 'cli-table3';
import { paint, span } from '../terminal/span.ts';
import type { EndpointView, View } from '../view.ts';
import { authCell, type Cell, hostCell, portCell, serviceCell, transportCell, worstCell } from './cells.ts';
import { type ColumnPlan, cellLines, columnWidths, GAP } from './columns.ts';
import { note, type Page } from './page.ts';
import { counted } from './words.ts';

interface Column extends ColumnPlan {
  readonly align: 'left' | 'right';
  readonly cell: (endpoint: EndpointView, page: Page) => Cell;
}

/** The least widths and the gaps come to 80 columns. */
const COLUMNS: readonly Column[] = [
  { title: 'HOST', least: 15, align: 'left', cell: hostCell },
  { title: 'PORT', least: 5, align: 'right', cell: portCell },
  { title: 'SERVICE', least: 13, align: 'left', cell: serviceCell },
  { title: 'TRANSPORT', least: 9, align: 'left', cell: transportCell },
  { title: 'AUTH', least: 17, align: 'left', cell: authCell },
  { title: 'WORST', least: 11, align: 'left', cell: worstCell },
];

/** Where there is room for the rule's name, other columns give way first. */
const WORST_WITH_RULE = 36;

/** The table of endpoints and a line for those that are not in it. */
export function endpointLines(view: View, page: Page): string[] {
  const listed = view.endpoints.filter(
    ({ endpoint, noteworthy }) => noteworthy || (page.all && endpoint.speech === 'http'),
  );
  const rows = listed.map((endpoint) => COLUMNS.map(({ cell }) => cell(endpoint, page)));
  const others = page.all ? 0 : view.summary.otherHttp;
  return [
    ...(rows.length > 0 ? drawTable(rows, page) : []),
    ...(others > 0 ? othersLine(others, rows.length > 0, page) : []),
  ];
}

function othersLine(count: number, beside: boolean, page: Page): string[] {
  const what = beside ? counted(count, 'other HTTP endpoint') : counted(count, 'HTTP endpoint');
  const text = `${what}, no AI service recognised; --all lists ${count === 1 ? 'it' : 'them'}`;
  return [...(beside ? [''] : []), ...note(text, page)];
}

/** Laying a table out takes cli-table3 the square of its rows; widths are given, so blocks look like one table. */
const ROWS_IN_BLOCK = 20;

function drawTable(rows: readonly (readonly Cell[])[], page: Page): string[] {
  const plans = COLUMNS.map(({ title, least }) => ({
    title,
    least: page.wide && title === 'WORST' ? WORST_WITH_RULE : least,
  }));
  const widths = columnWidths(plans, rows, page.columns);
  const head = COLUMNS.map(({ title }) => paint([span(title, 'strong')], page.colour));
  const body = rows.map((row) => row.map((cell, i) => cellText(cell, widths[i] ?? 0, page)));
  const length = widths.reduce((total, width) => total + width + GAP, -GAP);
  return [
    ...drawBlock([head], widths),
    paint([span('─'.repeat(length), 'faint')], page.colour),
    ...blocksOf(body).flatMap((block) => drawBlock(block, widths)),
  ];
}

function drawBlock(rows: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const table = new Table({
    colWidths: widths.map((width) => width + GAP),
    colAligns: COLUMNS.map(({ align }) => align),
    chars: BORDERLESS,
    // Its own colours depend on the environment.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function blocksOf<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_IN_BLOCK) }, (_, i) =>
    rows.slice(i * ROWS_IN_BLOCK, (i + 1) * ROWS_IN_BLOCK),
  );
}

function cellText(cell: Cell, width: number, page: Page): string {
  return cellLines(cell, width)
    .map((line) => paint(line, page.colour))
    .join('\n');
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
