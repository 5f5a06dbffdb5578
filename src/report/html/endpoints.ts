import { OPERATION_CLASSES } from '../../model/auth.ts';
import { cut } from '../cut.ts';
import { counted, grouped } from '../table/words.ts';
import type { EndpointView, View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { badge } from './glyphs.ts';
import { html, lines, type Markup } from './markup.ts';
import { paged } from './paged.ts';
import type { Section } from './section.ts';

const MOST_STRANGERS = 200;

const A_PAGE = 300;

/** Every door worth a line, with the requests that decided about it. */
export function endpointsSection(view: View, anchors: Anchors): Section | null {
  const { endpoints } = view;
  const known = endpoints.filter(({ noteworthy }) => noteworthy);
  const strangers = endpoints.filter(({ noteworthy }) => !noteworthy);
  if (endpoints.length === 0) return null;
  return {
    id: 'endpoints',
    title: 'Endpoints',
    aside: counted(endpoints.length, 'open port that answered', 'open ports that answered'),
    body: html`${
      known.length > 0 &&
      paged(
        known.map((item) => row(item, anchors)),
        A_PAGE,
        table,
      )
    }
${strangers.length > 0 && strangerList(strangers)}`,
  };
}

function table(rows: readonly Markup[]): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Endpoint table"><table class="endpoints">
<thead><tr><th scope="col">Place</th><th scope="col">Service</th><th scope="col">Reach</th><th scope="col">Auth</th><th scope="col">Operations</th><th scope="col">Worst finding</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function row({ endpoint, place, worst, more, unknownBecause }: EndpointView, anchors: Anchors): Markup {
  const { service, auth, reach, transport, intermediaries, conditions } = endpoint;
  const notes = [...conditions, ...intermediaries.map((name) => `behind ${name}`)];
  return html`
<tr id="${anchors.endpoint(endpoint)}"><th scope="row"><span class="place">${cut(place, 200)}</span></th>
<td>${service === null ? html`<span class="hush">not recognised</span>` : html`${cut(service.name, 80)} <small>${cut(service.version ?? '', 60)}</small>`}${notes.length > 0 && html`<small class="note">${cut(notes.join(', '), 200)}</small>`}</td>
<td>${reach}<small class="note">${transport}</small></td>
<td>${badge(auth.overall)}<small class="note">${cut(auth.overall === 'unknown' ? unknownBecause.join('; ') : auth.schemes.join(', '), 300)}</small></td>
<td>${operations(endpoint.auth)}</td>
<td>${worst === null ? html`<span class="hush">none</span>` : html`<a href="#${anchors.finding(worst)}">${badge(worst.severity)}</a><small class="note">${cut(worst.rule, 80)}${more > 0 && html` and ${grouped(more)} more`}</small>`}</td></tr>`;
}

/** The verdict on each class, and the requests behind it. */
function operations({ operations: states, doors }: EndpointView['endpoint']['auth']): Markup {
  const classes = OPERATION_CLASSES.filter((kind) => kind !== 'identity' && states[kind] !== 'absent');
  const words = html`<ul class="classes">${classes.map((kind) => html`<li class="${states[kind]}"><small>${kind}</small> <b>${states[kind]}</b></li>`)}</ul>`;
  if (doors.length === 0) return words;
  // One text instead of an element for each word: there may be tens of thousands of requests.
  const text = doors.map(({ request, status, state, reason, reveals }) =>
    [`${cut(request, 200)} → ${status ?? 'no answer'} ${state}`, reason, reveals && `shows ${reveals}`]
      .filter((part) => part !== undefined && part !== '')
      .map((part) => cut(part ?? '', 200).replace(/[\r\n]+/g, ' '))
      .join(', '),
  );
  return html`${words}<details><summary>${counted(doors.length, 'request')}</summary><pre>${lines(text.join('\n'), 8000)}</pre></details>`;
}

function strangerList(items: readonly EndpointView[]): Markup {
  const rest = items.length - MOST_STRANGERS;
  return html`<details class="fold"><summary>${counted(items.length, 'port')} without an AI service</summary><ul class="columns">${items
    .slice(0, MOST_STRANGERS)
    .map(
      ({ place, endpoint }) =>
        html`<li><span class="place">${cut(place, 120)}</span> <small>${SPEECH[endpoint.speech]}</small></li>`,
    )}${rest > 0 && html`<li>and ${grouped(rest)} more</li>`}</ul></details>`;
}

const SPEECH = { http: 'HTTP', other: 'not HTTP', silent: 'silent' } as const;
