import { html, type Markup } from './markup.ts';

/**
 * A list of any length: the first rows, and the rest in `noscript`. Without a script that is a list like the first; with
 * one it is text to the browser, so that ten thousand rows cost nothing until `page.js` lists them, a page at a time.
 * Each row starts on a line of its own.
 */
export function paged(
  rows: readonly Markup[],
  size: number,
  list: (rows: readonly Markup[], first: boolean) => Markup,
) {
  if (rows.length <= size) return list(rows, true);
  return html`${list(rows.slice(0, size), true)}
<noscript>${list(rows.slice(size), false)}</noscript>
<p class="pages" hidden><button type="button">Earlier</button> <button type="button">Later</button> <span></span></p>`;
}
