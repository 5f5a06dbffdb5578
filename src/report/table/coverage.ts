import { PORT_STATES, type PortState } from '../../model/result.ts';
import { type Span, span } from '../terminal/span.ts';
import type { EndpointView, View } from '../view.ts';
import { heading, labelled, type Page } from './page.ts';
import { counted, grouped } from './words.ts';

const LABEL = 9;
/** Named in a list that is not asked for in full. */
const MOST_NAMED = 8;

const STATE_WORDS = {
  open: 'open',
  closed: 'closed',
  filtered: 'filtered',
  unreachable: 'unreachable',
  error: 'failed',
  skipped: 'skipped',
} as const satisfies Record<PortState, string>;

/** What was looked at, and what could not be: good news is only as good as this. */
export function coverageLines(view: View, page: Page): string[] {
  const { document, summary } = view;
  const { coverage, troubles } = document;
  const entry = (label: string, text: readonly Span[]): string[] => labelled(label, text, LABEL, page);
  const list = (label: string, items: readonly Span[][]): string[] =>
    items.length > 0 ? entry(label, listed(items, page)) : [];
  return [
    '',
    heading('COVERAGE', coverage.complete ? [] : [span('interrupted: not everything was looked at', 'warn')], page),
    ...entry('Scope', [span(scopeText(view))]),
    ...entry('Probes', probeSpans(view)),
    ...entry('Endpoints', [span(endpointText(view))]),
    ...list('Not HTTP', summary.notHttp.map(withNotes)),
    ...list('Silent', summary.silent.map(withNotes)),
    ...list('Unknown', summary.unknown.map(withReasons)),
    ...list(
      'Undecided',
      summary.undecided.map(({ rule, times, missing }) => [
        span(`${rule} ×${times}`),
        span(` (needs ${missing.join(', ')})`, 'faint'),
      ]),
    ),
    ...list(
      'Trouble',
      troubles.map(({ kind, where, what }) => [span(where, 'plain', 120), span(` ${kind}: ${what}`, 'faint', 160)]),
    ),
  ];
}

function scopeText({ document: { coverage } }: View): string {
  const excluded = coverage.excludedAddresses > 0 ? `, ${grouped(coverage.excludedAddresses)} excluded` : '';
  return `${counted(coverage.addresses, 'address', 'addresses')}${excluded}; ${counted(coverage.ports.length, 'port')}`;
}

/** Every state, zeros too: a state that is not printed might as well have been lost. */
function probeSpans({ document: { coverage }, summary }: View): Span[] {
  const states = PORT_STATES.map((state) => `${grouped(coverage.probes[state])} ${STATE_WORDS[state]}`);
  return [span(`${grouped(summary.probes)}: ${states.join(', ')}`)];
}

function endpointText({ document: { coverage, endpoints }, summary }: View): string {
  const kinds = `${grouped(coverage.http)} HTTP, ${grouped(coverage.other)} not HTTP, ${grouped(coverage.silent)} silent`;
  const undecided = summary.undecided.length > 0 ? `; ${counted(coverage.undecided.length, 'rule')} undecided` : '';
  return `${grouped(endpoints.length)}: ${kinds}; ${counted(coverage.requests, 'request')}, ${counted(coverage.connections, 'connection')}${undecided}`;
}

function withNotes({ place, endpoint }: EndpointView): Span[] {
  return [
    span(place, 'plain', 120),
    span(endpoint.notes.length > 0 ? ` ${endpoint.notes.join('; ')}` : '', 'faint', 120),
  ];
}

function withReasons({ place, endpoint, unknownBecause }: EndpointView): Span[] {
  const name = endpoint.service ? ` ${endpoint.service.name}` : '';
  return [span(`${place}${name}`, 'plain', 120), span(` ${unknownBecause.join('; ')}`, 'faint', 160)];
}

function listed(items: readonly Span[][], page: Page): Span[] {
  const named = page.all ? items : items.slice(0, MOST_NAMED);
  const spans = named.flatMap((item, i) => (i > 0 ? [span(' · '), ...item] : item));
  return named.length === items.length
    ? spans
    : [...spans, span(` · ${items.length - named.length} more, --all lists them`)];
}
