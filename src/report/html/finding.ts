import type { Edit } from '../../model/edit.ts';
import type { Evidence } from '../../model/endpoint.ts';
import type { Location, Suppression } from '../../model/finding.ts';
import { cut } from '../cut.ts';
import { placeOf } from '../place.ts';
import { timestamp } from '../table/words.ts';
import type { FindingView, View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { badge } from './glyphs.ts';
import { html, lines, type Markup, slug } from './markup.ts';
import { sourceLine } from './source-line.ts';

const LONGEST_TEXT = 3000;
const LONGEST_PLACE = 300;

/** Above so many findings a page says nothing twice: the requests are with the endpoint, a fix where it is needed first. */
export const IN_FULL_UP_TO = 500;

/**
 * One finding: a line that says what and where, and behind it why, how that is known and what to do. `page.js` reads the
 * line for its filters, also where the browser has made no elements of it.
 */
export function findingItem(item: FindingView, view: View, anchors: Anchors): Markup {
  const { finding, place } = item;
  const { severity, rule, state } = finding;
  const title = view.rules.get(rule)?.title ?? rule;
  const service = serviceOf(item, anchors);
  return html`
<li class="finding ${state}"><details><summary>${badge(severity)}<span class="what">${cut(title, 200)}${state === 'active' ? null : html` <span class="tag">${STATES[state]}</span>`} <code>${ruleName(item)}</code></span><span class="where"><span class="place">${cut(place, LONGEST_PLACE)}</span> <span class="service">${service}</span></span></summary>
<div class="body" id="${anchors.finding(finding)}">${body(item, view, anchors)}</div></details></li>`;
}

export const STATES = {
  active: 'active',
  'below-threshold': 'below threshold',
  suppressed: 'suppressed',
  baselined: 'in the baseline',
} as const;

const SUPPRESSORS = {
  rule: 'the setting of its rule',
  config: 'the configuration',
  comment: 'a comment',
} as const satisfies Record<Suppression['kind'], string>;

/** What the filter by rule offers. */
export function ruleName({ finding }: FindingView): string {
  return cut(finding.rule, 80);
}

/** What the filter by service offers. */
export function serviceOf({ finding }: FindingView, anchors: Anchors): string {
  if (finding.location.kind === 'file') return 'Files';
  return cut(anchors.at(finding.location)?.endpoint.service?.name ?? 'No known service', 80);
}

function body(item: FindingView, view: View, anchors: Anchors): Markup {
  const { finding, place, fixAt } = item;
  const { message, related, location, fix, edits = [], rule, suppression } = finding;
  const known = anchors.at(location);
  const inFull = view.findings.length <= IN_FULL_UP_TO;
  const repeated = fixAt !== null && fixAt !== place && !inFull;
  return html`<p class="message">${lines(message, LONGEST_TEXT)}</p>
<dl>${inFull || known === null ? whereAndSeen(item, known?.id ?? null, inFull) : best(item, known.id)}${related.length > 0 && html`<dt>Because of</dt><dd><ol class="chain">${related.map((other) => html`<li>${whereText(other)}${other.says !== undefined && html` ${cut(other.says, 500)}`}${sourceLine(other)}</li>`)}</ol></dd>`}<dt>Fix</dt><dd>${repeated ? html`the same as at <span class="place">${cut(fixAt, LONGEST_PLACE)}</span>` : html`<pre class="fix">${lines(fix, LONGEST_TEXT)}</pre>`}</dd>${edits.length > 0 && html`<dt>Edits</dt><dd><ul class="chain">${edits.map(edit)}</ul></dd>`}</dl>${suppression !== undefined && html`<p class="message">Suppressed by ${SUPPRESSORS[suppression.kind]}${suppression.at !== undefined && html` at <span class="place">${suppression.at}</span>`}: ${lines(suppression.reason, LONGEST_TEXT)}${suppression.expires !== undefined && html` (until ${suppression.expires})`}</p>`}<p class="meta">${meta(finding)}${view.rules.has(rule) && html`<a href="#rule-${slug(rule)}">Why it matters</a> `}</p>`;
}

function whereAndSeen({ finding, place, proof, moreProof }: FindingView, door: string | null, inFull: boolean): Markup {
  const { location } = finding;
  const evidence = inFull ? finding.evidence : proof;
  return html`<dt>Where</dt><dd>${door === null ? whereText(location) : html`<a class="place" href="#${door}">${cut(place, LONGEST_PLACE)}</a>`}${sourceLine(location)}</dd>${evidence.length > 0 && html`<dt>Seen</dt><dd><ol class="chain">${evidence.map((answer) => html`<li>${seen(answer)}</li>`)}${!inFull && moreProof > 0 && html`<li>and ${moreProof} more</li>`}</ol></dd>`}`;
}

/** What says most; the line above has the place, and the endpoint every request. */
function best({ finding, proof }: FindingView, door: string): Markup {
  const more = finding.evidence.length - 1;
  return html`<dt>Seen</dt><dd>${proof.slice(0, 1).map(seen)}${more > 0 && ` and ${more} more`} <a href="#${door}">at the endpoint</a></dd>`;
}

function whereText(location: Location): Markup {
  const logical = location.kind === 'host' ? ' (this host)' : '';
  return html`<span class="place">${cut(placeOf(location), LONGEST_PLACE)}</span>${logical}`;
}

/** A change of the file, made by `postern lint --fix` or, where it is not safe, by `--fix=all`. */
function edit({ title, safety, insert }: Edit): Markup {
  const shown = insert === '' ? null : html` <code>${cut(insert, 200)}</code>`;
  return html`<li>${cut(title, 200)}${shown} <small>${safety}</small></li>`;
}

/** What was asked and what came back. */
function seen({ request, status, shows }: Evidence): Markup {
  return html`<code>${cut(request, 300)}</code> <span class="answer">${status ?? 'no answer'}</span> ${cut(shows, 500)}`;
}

function meta({ confidence, state, firstSeen }: FindingView['finding']): Markup {
  const parts = [
    `${confidence} confidence`,
    ...(state === 'active' ? [] : [STATES[state]]),
    ...(firstSeen === undefined ? [] : [`first seen ${timestamp(firstSeen)}`]),
  ];
  return html`${parts.map((part) => html`<span>${part}</span> `)}`;
}
