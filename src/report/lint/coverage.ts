import type { Page } from '../table/page.ts';
import { counted } from '../table/words.ts';
import { span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { View } from '../view.ts';

const MOST_TROUBLES = 10;

/** ` in 3 files (1 compose, 2 dotenv), 5 processes, 2 of them known services`. */
export function coverageText({ document: { coverage } }: View): string {
  const { files } = coverage;
  if (!files || files.read === 0) return '';
  const formats = Object.entries(files.byFormat)
    .map(([format, count]) => `${count} ${format}`)
    .join(', ');
  const undecided =
    coverage.undecided.length > 0 ? `; ${counted(coverage.undecided.length, 'question')} undecided` : '';
  return `  in ${counted(files.read, 'file')} (${formats}), ${counted(files.processes, 'process', 'processes')}, ${files.services} of a known service${undecided}`;
}

/** What could not be read, and what was set aside for nothing. */
export function troubleLines({ document: { troubles } }: View, page: Page): string[] {
  const shown = page.all ? troubles : troubles.slice(0, MOST_TROUBLES);
  const rest = troubles.length - shown.length;
  const lines = shown.flatMap(({ kind, where, what }) =>
    hanging(
      [],
      [span(where, 'strong', 200), span(': '), span(kind === 'file' ? 'not read' : kind, 'warn'), span(`: ${what}`)],
      {
        indent: 0,
        columns: page.columns,
        colour: page.colour,
      },
    ),
  );
  return [...lines, ...(rest > 0 ? [`${rest} more; --all lists them`] : []), ...(shown.length > 0 ? [''] : [])];
}
