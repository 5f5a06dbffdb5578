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

/** The least widths and the gaps come to 80 columns with the usual `critical +2`. */
const COLUMNS: readonly Column[] = [
  { title: 'HOST', least: 15, align: 'left', cell: hostCell },
  { title: 'PORT', least: 5, align: 'right', cell: portCell },
  { title: 'SERVICE', least: 13, align: 'left', cell: serviceCell },
  { title: 'TRANSPORT', least: 9, align: 'left', cell: transportCell },
  { title: 'AUTH', least: 17, align: 'left', cell: authCell },
  { title: 'WORST', least: 8, align: 'left', cell: worstCell },
];

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

function drawTable(rows: readonly (readonly Cell[])[], page: Page): string[] {
  const widths = columnWidths(COLUMNS, rows, page.columns);
  const table = new Table({
    head: COLUMNS.map(({ title }) => paint([span(title, 'strong')], page.colour)),
    colWidths: widths.map((width) => width + GAP),
    colAligns: COLUMNS.map(({ align }) => align),
    chars: BORDERLESS,
    // Its own colours depend on the environment.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  for (const row of rows) table.push(row.map((cell, i) => cellText(cell, widths[i] ?? 0, page)));
  const [head = '', ...body] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const length = widths.reduce((total, width) => total + width + GAP, -GAP);
  return [head, paint([span('─'.repeat(length), 'faint')], page.colour), ...body];
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
