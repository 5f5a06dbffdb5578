import { OVERALL_STATES } from '../../model/auth.ts';
import { type Exposure, exposureOf } from '../exposure.ts';
import { counted, grouped } from '../table/words.ts';
import type { EndpointView, View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { badge } from './glyphs.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';

/** Named in one cell of the table. */
const MOST_NAMED = 3;

/** Which services answer whom: service × auth state. */
export function matrixSection(view: View, anchors: Anchors): Section | null {
  const rows = exposureOf(view);
  if (rows.length === 0) return null;
  const heads = OVERALL_STATES.map((state) => html`<th scope="col">${badge(state)}</th>`);
  return {
    id: 'exposure',
    title: 'Exposure',
    aside: 'services by who may use them',
    body: html`<div class="scroll" tabindex="0" role="group" aria-label="Exposure table"><table class="matrix">
<thead><tr><th scope="col">Service</th>${heads}</tr></thead>
<tbody>${rows.map((row) => serviceRow(row, anchors))}</tbody>
</table></div>`,
  };
}

function serviceRow({ service, total, doors }: Exposure, anchors: Anchors): Markup {
  return html`
<tr><th scope="row">${service?.name ?? 'Not recognised'} <small>${counted(total, 'door')}</small></th>${OVERALL_STATES.map(
    (state) =>
      doors[state].length === 0
        ? html`<td class="none"><span aria-hidden="true">–</span><span class="unseen">none</span></td>`
        : html`<td class="${state}"><b>${grouped(doors[state].length)}</b> ${places(doors[state], anchors)}</td>`,
  )}</tr>`;
}

function places(items: readonly EndpointView[], anchors: Anchors): Markup {
  const rest = items.length - MOST_NAMED;
  const named = items
    .slice(0, MOST_NAMED)
    .map(({ endpoint, place }) => html`<a class="place" href="#${anchors.endpoint(endpoint)}">${place}</a> `);
  return html`<span class="places">${named}${rest > 0 && html`<span class="more">and ${grouped(rest)} more</span>`}</span>`;
}
