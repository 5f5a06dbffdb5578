import type { OverallState } from '../../model/auth.ts';
import { STANDINGS, type Standing } from '../map/hosts.ts';
import { html, type Markup } from './markup.ts';

/*
 * Shapes beside colours: whoever does not see the one sees the other, also in print. Beside words they come from the
 * style sheet and cost no element, which tells in a report of ten thousand findings; a map needs them as drawings.
 */

const SHAPES = {
  critical: html`<path d="M8 .8 15.2 8 8 15.2.8 8z"/>`,
  high: html`<path d="M8 1.6 15.4 14.4H.6z"/>`,
  medium: html`<path d="M2 2h12v12H2z"/>`,
  low: html`<circle cx="8" cy="8" r="5.6"/>`,
  info: html`<path d="M6.6 2h2.8v2.8H6.6zM6.6 6.4h2.8V14H6.6z"/>`,
  unknown: html`<path d="M5 5.6C5 3.6 6.3 2.3 8.1 2.3s3.2 1.2 3.2 2.9c0 2.4-3 2.7-3 5.2M8.25 12.6v1.6" fill="none" stroke="currentColor" stroke-width="2"/>`,
  quiet: html`<path d="M2.5 8.5 6.3 12.3 13.5 4" fill="none" stroke="currentColor" stroke-width="2.2"/>`,
  other: html`<circle cx="8" cy="8" r="2.4"/>`,
} as const satisfies Record<Standing, Markup>;

/** The shapes of a map, each drawn once and used by its name. */
export function glyphSheet(): Markup {
  const symbols = STANDINGS.map((name) => html`<symbol id="g-${name}" viewBox="0 0 16 16">${SHAPES[name]}</symbol>`);
  return html`<svg class="sheet" aria-hidden="true" width="0" height="0">${symbols}</svg>`;
}

/** A word with its shape, in its colour. */
export function badge(name: Standing | OverallState): Markup {
  return html`<span class="badge ${name}">${name}</span>`;
}

/** The shape alone, as it is on the map. */
export function key(standing: Standing): Markup {
  return html`<span class="key badge ${standing}"></span>`;
}
