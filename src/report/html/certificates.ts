import { cut } from '../cut.ts';
import { type Expiry, type Phase, type Timeline, timelineOf } from '../expiry.ts';
import { counted, grouped } from '../table/words.ts';
import type { View } from '../view.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';

/** Width of the timeline in units of its drawing. */
const WIDTH = 460;
const MOST_PLACES = 4;

/** When certificates end, the next one first, on one scale. */
export function certificatesSection(view: View): Section | null {
  const timeline = timelineOf(view);
  if (timeline === null) return null;
  return {
    id: 'certificates',
    title: 'Certificates',
    aside: 'by expiry; the upright line is the time of the run',
    body: html`<div class="scroll" tabindex="0" role="group" aria-label="Certificate table"><table class="certificates">
<thead><tr><th scope="col">Certificate</th><th scope="col">Shown at</th><th scope="col">Ends</th><th scope="col" class="time">${axis(timeline)}</th></tr></thead>
<tbody>${timeline.entries.map((entry) => row(entry, timeline))}</tbody>
</table></div>`,
  };
}

function row(entry: Expiry, timeline: Timeline): Markup {
  const { certificate, phase } = entry;
  const { subject, issuer, names, shownAt, files, notAfter } = certificate;
  const places = [...shownAt.map(({ text }) => text), ...files];
  const rest = places.length - MOST_PLACES;
  return html`
<tr><th scope="row">${cut(names[0] ?? subject, 120)}<small class="note">${cut(subject === issuer ? 'self-issued' : `by ${issuer}`, 160)}</small></th>
<td>${places.slice(0, MOST_PLACES).map((place) => html`<span class="place">${cut(place, 120)}</span> `)}${rest > 0 && html`<small>and ${grouped(rest)} more</small>`}</td>
<td class="${phase}"><b>${remaining(entry)}</b><small class="note">${cut(notAfter.slice(0, 10), 10)}</small></td>
<td class="time">${bar(entry, timeline)}</td></tr>`;
}

const PHASES = {
  expired: 'expired',
  ending: 'ends soon',
  valid: 'valid',
  'not-yet-valid': 'not valid yet',
} as const satisfies Record<Phase, string>;

function remaining({ phase, days }: Expiry): string {
  if (phase === 'not-yet-valid') return PHASES[phase];
  if (days >= 0) return days === 0 ? 'today' : `in ${counted(days, 'day')}`;
  return `${counted(-days, 'day')} ago`;
}

function bar({ phase, from, to, endsBeyond }: Expiry, { now, months }: Timeline): Markup {
  const left = units(from);
  const right = units(to);
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 20" role="img" aria-label="${PHASES[phase]}" preserveAspectRatio="none">
${months.map(({ at }) => html`<path class="tick" d="M${units(at)} 0v20"/>`)}<rect class="life ${phase}" x="${left}" y="5" width="${Math.max(right - left, 3)}" height="10" rx="${endsBeyond ? 0 : 2}"/><path class="now" d="M${units(now)} 0v20"/></svg>`;
}

function axis({ now, months }: Timeline): Markup {
  return html`<svg class="axis" viewBox="0 0 ${WIDTH} 20" role="img" aria-label="Timeline from 60 days before the run to 400 days after it">
${months.map(({ at, text }) => html`<text x="${units(at) + 3}" y="15">${text}</text><path class="tick" d="M${units(at)} 8v12"/>`)}<path class="now" d="M${units(now)} 0v20"/></svg>`;
}

function units(share: number): number {
  return Math.round(share * WIDTH * 10) / 10;
}
