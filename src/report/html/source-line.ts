import type { Location } from '../../model/finding.ts';
import { cut } from '../cut.ts';
import { html, type Markup } from './markup.ts';

const LONGEST = 400;

/** The line of the file with the part that is meant marked; nothing where the result does not have the line. */
export function sourceLine({ excerpt, line, column = 1, endLine = line, endColumn }: Location): Markup | null {
  if (excerpt === undefined || line === undefined || excerpt.trim() === '') return null;
  const from = Math.min(column - 1, excerpt.length);
  const to = endLine === line && endColumn !== undefined ? Math.max(endColumn - 1, from) : excerpt.length;
  const meant = excerpt.slice(from, to);
  return html`<pre class="source"><span class="hush">${line}</span> ${cut(excerpt.slice(0, from), LONGEST)}${meant !== '' && html`<mark>${cut(meant, LONGEST)}</mark>`}${cut(excerpt.slice(to), LONGEST)}</pre>`;
}
