import type { OverallState } from '../../model/auth.ts';
import type { Severity } from '../../model/rule.ts';
import type { Standing } from '../map/hosts.ts';
import { html, type Markup } from './markup.ts';

/*
 * Shapes beside colours: whoever does not see the one sees the other, also in print. Each is drawn once and used by name.
 */

type Glyph = Severity | Standing | OverallState;

const SHAPES = {
  critical: html`<path d="M8 .8 15.2 8 8 15.2.8 8z"/>`,
  high: html`<path d="M8 1.6 15.4 14.4H.6z"/>`,
  medium: html`<path d="M2 2h12v12H2z"/>`,
  low: html`<circle cx="8" cy="8" r="5.6"/>`,
  info: html`<path d="M6.6 2h2.8v2.8H6.6zM6.6 6.4h2.8V14H6.6z"/>`,
  unknown: html`<path d="M5 5.6C5 3.6 6.300 2.300 8.100 2.300s3.200 1.200 3.200 2.900c0 2.400-3 2.700-3 5.200M8.250 12.600v1.600" fill="none" stroke="currentColor" stroke-width="2"/>`,
  quiet: html`<path d="M2.500 8.500 6.300 12.300 13.500 4" fill="none" stroke="currentColor" stroke-width="2.200"/>`,
  other: html`<circle cx="8" cy="8" r="2.400"/>`,
  open: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>`,
  partial: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/><path d="M8 2a6 6 0 0 1 0 12z"/>`,
  guarded: html`<circle cx="8" cy="8" r="7"/>`,
} as const satisfies Record<Glyph, Markup>;

/** Everything that {@link glyph} names. */
export function glyphSheet(): Markup {
  const symbols = Object.entries(SHAPES).map(
    ([name, shape]) => html`<symbol id="g-${name}" viewBox="0 0 16 16">${shape}</symbol>`,
  );
  return html`<svg class="sheet" aria-hidden="true" width="0" height="0">${symbols}</svg>`;
}

export function glyph(name: Glyph): Markup {
  return html`<svg class="glyph" aria-hidden="true"><use href="#g-${name}"/></svg>`;
}

/** A word with its shape, in its colour. */
export function badge(name: Glyph, text: string = name): Markup {
  return html`<span class="badge ${name}">${glyph(name)}${text}</span>`;
}
