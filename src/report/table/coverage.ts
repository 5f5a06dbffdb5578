import { PORT_STATES, type Trouble } from '../../model/result.ts';
import { type Span, span } from '../terminal/span.ts';
import type { EndpointView, View } from '../view.ts';
import { heading, labelled, type Page } from './page.ts';
import { counted, grouped } from './words.ts';

const LABEL = 9;
/** Named in a list that is not asked for in full. */
const MOST_NAMED = 6;
const LONGEST_PLACE = 120;
const LONGEST_REMARK = 160;

/** What was looked at, and what could not be: good news is only as good as this. */
export function coverageLines(view: View, page: Page): string[] {
  const { document, summary } = view;
  const { coverage, troubles } = document;
  return [
    '',
    heading('COVERAGE', coverage.complete ? [] : [span('interrupted: not everything was looked at', 'warn')], page),
    ...entry('Scope', [[span(scopeText(view))]], page),
    ...entry('Probes', [[span(probesText(view))]], page),
    ...entry('Endpoints', [[span(endpointText(view))]], page),
    ...list('Not HTTP', summary.notHttp.map(withNotes), page),
    ...list('Silent', summary.silent.map(withNotes), page),
    ...list('Unknown', summary.unknown.map(withReasons), page),
    ...entry('Undecided', undecidedLines(view, page), page),
    ...(troubles.length > 0
      ? list('Troubles', troubles.map(withKind), page)
      : entry('Troubles', [[span('none')]], page)),
  ];
}

/** The label once, then paragraph under paragraph. */
function entry(label: string, paragraphs: readonly Span[][], page: Page): string[] {
  return paragraphs.flatMap((paragraph, i) => labelled(i === 0 ? label : '', paragraph, LABEL, page));
}

function list(label: string, items: readonly Span[][], page: Page): string[] {
  const named = page.all ? items : items.slice(0, MOST_NAMED);
  const rest = items.length - named.length;
  return entry(label, rest > 0 ? [...named, [span(`${grouped(rest)} more, --all lists them`, 'faint')]] : named, page);
}

function scopeText({ document: { coverage } }: View): string {
  const excluded = coverage.excludedAddresses > 0 ? `, ${grouped(coverage.excludedAddresses)} excluded` : '';
  return `${counted(coverage.addresses, 'address', 'addresses')}${excluded}; ${counted(coverage.ports.length, 'port')}`;
}

/** Every state, zeros too: a state that is not printed might as well have been lost. */
function probesText({ document: { coverage }, summary }: View): string {
  const states = PORT_STATES.map((state) => `${grouped(coverage.probes[state])} ${state}`);
  return `${grouped(summary.probes)}: ${states.join(', ')}`;
}

function endpointText({ document: { coverage, endpoints } }: View): string {
  const kinds = `${grouped(coverage.http)} HTTP, ${grouped(coverage.other)} not HTTP, ${grouped(coverage.silent)} silent`;
  return `${grouped(endpoints.length)}: ${kinds}; ${counted(coverage.requests, 'request')}, ${counted(coverage.connections, 'connection')}`;
}

function withNotes({ place, endpoint }: EndpointView): Span[] {
  return placed(place, endpoint.notes.join('; '));
}

function withReasons({ place, endpoint, unknownBecause }: EndpointView): Span[] {
  const name = endpoint.service ? `${endpoint.service.name}: ` : '';
  return placed(place, name + unknownBecause.join('; '));
}

function withKind({ kind, where, what }: Trouble): Span[] {
  return placed(where, `${kind}: ${what}`);
}

function placed(place: string, remark: string): Span[] {
  return [span(place, 'plain', LONGEST_PLACE), span(remark === '' ? '' : `  ${remark}`, 'faint', LONGEST_REMARK)];
}

/** How many, and for want of what; rule by rule when everything is asked for. */
function undecidedLines({ summary: { undecided } }: View, page: Page): Span[][] {
  if (undecided.total === 0) return [[span('none')]];
  const count = span(`${counted(undecided.total, 'rule')} at ${counted(undecided.places, 'place')}`);
  if (!page.all) return [[count, span(`, for want of ${undecided.missing.join(', ')}`, 'faint')]];
  const rules = undecided.byRule.map(({ rule, times, missing }) =>
    placed(`${rule} ×${times}`, `for want of ${missing.join(', ')}`),
  );
  return [[count], ...rules];
}
