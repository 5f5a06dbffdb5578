import type { Location } from '../../model/finding.ts';
import { placeOf } from '../place.ts';
import type { Page } from '../table/page.ts';
import { neutralise } from '../terminal/neutralise.ts';
import { paint, SEVERITY_STYLES, type Span, span } from '../terminal/span.ts';
import { widthOf } from '../terminal/width.ts';
import { hanging } from '../terminal/wrap.ts';
import type { FindingView } from '../view.ts';

const MOST_RELATED = 6;
const LONGEST_FIX = 2000;

export function findingLines({ finding, place, fixAt }: FindingView, page: Page): string[] {
  const { severity, confidence, rule, state, location, related, message } = finding;
  const style = SEVERITY_STYLES[severity];
  const doubt = confidence === 'high' ? '' : `, ${confidence} confidence`;
  const aside = state === 'active' ? '' : `, ${state}`;
  const head: Span[] = [
    span(place, 'strong', 200),
    span(': '),
    span(severity, style),
    span(`${doubt}${aside}`, 'faint'),
    span(': '),
    span(message, 'plain', 800),
    span(` [${rule}]`, 'note'),
  ];
  const margin = String(Math.max(location.line ?? 1, ...related.map(({ line = 1 }) => line))).length;
  const chain = related.slice(0, MOST_RELATED);
  const fix = fixAt === null || state !== 'active' ? (finding.fix.split('\n')[0] ?? '') : `as at ${fixAt}, above`;
  return [
    ...hanging([], head, { indent: 0, columns: page.columns, colour: page.colour }),
    ...excerpt(location, margin, '^', style, page),
    ...chain.flatMap((link) => relatedLines(link, location, margin, page)),
    ...(related.length > chain.length
      ? [`${' '.repeat(margin)} = and ${related.length - chain.length} more places`]
      : []),
    ...note('fix', fix, margin, page),
  ];
}

function relatedLines(link: Location, from: Location, margin: number, page: Page): string[] {
  const where = link.file === from.file ? `line ${link.line ?? 1}` : placeOf(link);
  return [...note(where, link.says ?? 'belongs to it', margin, page), ...excerpt(link, margin, '-', 'note', page)];
}

function note(label: string, text: string, margin: number, page: Page): string[] {
  return hanging(
    [span(`${' '.repeat(margin)} = `, 'faint'), span(`${label}: `, 'strong', 200)],
    [span(text, 'plain', LONGEST_FIX)],
    {
      indent: margin + 3,
      columns: page.columns,
      colour: page.colour,
    },
  );
}

/** The line with a mark under the part that is meant. */
function excerpt(
  { excerpt: line, line: number, column = 1, endLine, endColumn }: Location,
  margin: number,
  mark: string,
  style: Span['style'],
  page: Page,
): string[] {
  if (line === undefined || number === undefined || line.trim() === '') return [];
  const indent = line.length - line.trimStart().length;
  const cut = Math.max(0, Math.min(indent, column - 1));
  const shown = line.slice(cut);
  const from = column - 1 - cut;
  const to =
    endLine === number && endColumn !== undefined ? Math.max(endColumn - 1 - cut, from + 1) : shown.trimEnd().length;
  const before = widthOf(neutralise(shown.slice(0, from)));
  const under = Math.max(1, widthOf(neutralise(shown.slice(from, to))));
  const room = Math.max(20, page.columns - margin - 4);
  const text = [span(`${String(number).padStart(margin)} | `, 'faint'), span(shown, 'plain', room)];
  if (before >= room) return [paint(text, page.colour)];
  return [
    paint(text, page.colour),
    paint(
      [
        span(`${' '.repeat(margin)} | `, 'faint'),
        span(' '.repeat(before) + mark.repeat(Math.min(under, room - before)), style, 400),
      ],
      page.colour,
    ),
  ];
}
