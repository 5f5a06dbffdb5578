import { cut } from '../cut.ts';
import { neutralise } from '../terminal/neutralise.ts';

/** Longer text is cut: the JSON has all of it. */
const LONGEST_TEXT = 600;
const LONGEST_CODE = 200;
const MOST_LINES = 30;

/** CommonMark 0.31 §2.4: ASCII punctuation behind a backslash is itself. `$` is mathematics on GitHub and GitLab. */
const SYNTAX = /[\\`*_{}[\]<>()|~&$!]/g;

/** GFM §6.9 turns bare addresses into links, GitHub and GitLab names behind `@` and numbers behind `#` as well. */
const BARE_LINK = /:\/\/|\bwww\./gi;
const REFERENCE = /([@#])(?=[\p{L}\p{N}])/gu;

/**
 * Any text on one line of Markdown, shown as it is: no emphasis, link, image, HTML, table cell or mention comes of it.
 * For use behind other text of a line, because what opens a block does so only at the start of one.
 */
export function markdownText(text: string): string {
  return neutralise(cut(text, LONGEST_TEXT))
    .replace(SYNTAX, '\\$&')
    .replace(BARE_LINK, (link) => (link === '://' ? ':\\/\\/' : `${link.slice(0, -1)}\\.`))
    .replace(REFERENCE, '$1<!-- -->');
}

/** The same with line breaks kept, as hard breaks of one paragraph; what would open a block opens none. */
export function markdownLines(text: string): string {
  return text
    .split(/\r?\n/, MOST_LINES)
    .map((line) => markdownText(line.trim()).replace(/^(?:[-+=#:]|\d+(?=[.)]))/, blockOpenerBroken))
    .filter((line) => line !== '')
    .join('<br>');
}

/** A number is not punctuation and cannot be escaped; the mark behind it can, and an empty comment stands in for it. */
function blockOpenerBroken(opener: string): string {
  return /^\d/.test(opener) ? `${opener}<!-- -->` : `\\${opener}`;
}

/** A code span (CommonMark §6.1) that ends where it should, also inside a table cell (GFM §4.10). */
export function markdownCode(text: string): string {
  const shown = neutralise(cut(text, LONGEST_CODE));
  if (shown.trim() === '') return '';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${space}${shown.replaceAll('|', '\\|')}${space}${fence}`;
}
