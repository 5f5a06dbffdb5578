import { PORT_STATES } from '../../model/result.ts';
import { cut } from '../cut.ts';
import { counted, grouped } from '../table/words.ts';
import type { EndpointView, View } from '../view.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';

const MOST_LISTED = 200;
const LONGEST_TEXT = 400;

/** What was looked at and what was not: good news is only as good as this. */
export function coverageSection(view: View): Section {
  const { document, summary } = view;
  const { coverage, troubles } = document;
  return {
    id: 'coverage',
    title: 'Coverage',
    aside: coverage.complete
      ? 'what was looked at, and what could not be'
      : 'interrupted: not everything was looked at',
    body: html`<div class="split">
<div>${probes(view)}</div>
<dl class="facts">
<dt>Scope</dt><dd>${counted(coverage.addresses, 'address', 'addresses')}${coverage.excludedAddresses > 0 && html`, ${grouped(coverage.excludedAddresses)} excluded`}</dd>
<dt>Ports</dt><dd>${cut(coverage.ports.join(', '), LONGEST_TEXT) || 'none'}</dd>
<dt>Endpoints</dt><dd>${grouped(coverage.http)} HTTP, ${grouped(coverage.other)} not HTTP, ${grouped(coverage.silent)} silent</dd>
${coverage.files !== undefined && html`<dt>Files</dt><dd>${counted(coverage.files.read, 'file')}, ${counted(coverage.files.processes, 'process', 'processes')}, ${grouped(coverage.files.services)} of a known service</dd>`}
<dt>Traffic</dt><dd>${counted(coverage.requests, 'request')}, ${counted(coverage.connections, 'connection')}</dd>
</dl>
</div>
${group('Could not be judged', summary.unknown.map(unknownRow))}
${group(
  'Rules left undecided',
  summary.undecided.byRule.map(({ rule, times, missing }) => [
    rule,
    `${counted(times, 'time')}, for want of ${missing.join(', ')}`,
  ]),
)}
${group(
  'Troubles',
  troubles.map(({ kind, where, what }) => [where, `${kind}: ${what}`]),
)}
${group('Not HTTP', summary.notHttp.map(notes))}
${group('Silent', summary.silent.map(notes))}`,
  };
}

/** Every state, zeros too: one that is not printed might as well have been lost. */
function probes({ document: { coverage }, summary }: View): Markup {
  const total = Math.max(summary.probes, 1);
  const rows = PORT_STATES.map((state) => {
    const count = coverage.probes[state];
    return html`<tr><th scope="row">${state}</th><td class="number">${grouped(count)}</td><td class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="probe-${state}" width="${count === 0 ? 0 : Math.max(Math.round((count / total) * 1000) / 10, 0.6)}" height="8"/></svg></td></tr>`;
  });
  return html`<table class="probes"><caption>${counted(summary.probes, 'probe')}</caption><tbody>${rows}</tbody></table>`;
}

type Row = readonly [string, string];

function unknownRow({ place, endpoint, unknownBecause }: EndpointView): Row {
  const name = endpoint.service ? `${endpoint.service.name}: ` : '';
  return [place, name + unknownBecause.join('; ')];
}

function notes({ place, endpoint }: EndpointView): Row {
  return [place, endpoint.notes.join('; ')];
}

function group(title: string, rows: readonly Row[]): Markup {
  if (rows.length === 0) return html``;
  const rest = rows.length - MOST_LISTED;
  return html`<details class="fold"><summary>${title} <small>${grouped(rows.length)}</small></summary><table class="list"><tbody>${rows
    .slice(0, MOST_LISTED)
    .map(
      ([place, what]) =>
        html`<tr><th scope="row"><span class="place">${cut(place, LONGEST_TEXT)}</span></th><td>${cut(what, LONGEST_TEXT)}</td></tr>`,
    )}</tbody></table>${rest > 0 && html`<p class="hush">and ${grouped(rest)} more</p>`}</details>`;
}
