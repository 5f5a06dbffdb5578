import type { ExpectationVerdict } from '../../model/expectation.ts';
import { cut } from '../cut.ts';
import type { ExpectationView } from '../expectations.ts';
import { grouped } from '../table/words.ts';
import type { View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';

/** What was sent to a locked service, what was expected and what came: the rows of a verification. */
export function expectationsSection({ expectations, summary }: View, anchors: Anchors): Section | null {
  if (expectations.length === 0) return null;
  const { held, broken, unknown } = summary.expectations;
  return {
    id: 'expectations',
    title: 'Expectations',
    aside: `${grouped(held)} held, ${grouped(broken)} broken, ${grouped(unknown)} unknown`,
    body: html`<div class="scroll" tabindex="0" role="group" aria-label="Expectation table"><table class="expectations">
<thead><tr><th scope="col">Verdict</th><th scope="col">Place</th><th scope="col">Request</th><th scope="col">Sent</th><th scope="col">Expected</th><th scope="col">Got</th></tr></thead>
<tbody>${expectations.map((row) => expectationRow(row, anchors))}</tbody>
</table></div>`,
  };
}

/** Shape and colour of the verdicts, which have their like elsewhere. */
const LIKE = { held: 'quiet', broken: 'critical', unknown: 'unknown' } as const satisfies Record<
  ExpectationVerdict,
  string
>;

function expectationRow({ expectation, place, finding }: ExpectationView, anchors: Anchors): Markup {
  const { request, sent, expected, got, status, verdict, reason, reveals, class: kind } = expectation;
  const word = html`<span class="badge ${LIKE[verdict]}">${verdict}</span>`;
  const notes = [reason, reveals === undefined ? undefined : `shows ${reveals}`].filter((part) => part !== undefined);
  return html`
<tr><td>${finding === null ? word : html`<a href="#${anchors.finding(finding)}">${word}</a>`}</td>
<th scope="row"><span class="place">${cut(place, 200)}</span></th>
<td><code>${cut(request, 200)}</code>${kind !== null && html`<small class="note">${kind}</small>`}</td>
<td>${cut(sent, 200)}</td>
<td>${expected}</td>
<td>${got}${status !== null && html` ${status}`}${notes.length > 0 && html`<small class="note">${cut(notes.join(', '), 300)}</small>`}</td></tr>`;
}
