import type { CertificateRecord } from '../../model/certificate.ts';
import type { TlsEndpoint } from '../../model/tls.ts';
import type { Reporter } from '../formats.ts';
import { findingLines } from '../table/findings.ts';
import { heading, note, type Page, pageFor } from '../table/page.ts';
import { counted, duration, timestamp } from '../table/words.ts';
import { paint, span } from '../terminal/span.ts';
import { widthOf } from '../terminal/width.ts';
import type { View } from '../view.ts';
import { gradeSpans, placeText, tlsEndpointLines } from './endpoint.ts';

/** Up to this many ports are shown in full. */
const IN_FULL = 5;

/** For people: each port with its grade, its trust and why; then what is wrong, and the certificates by expiry. */
export const reportTlsTable: Reporter = (view, options) => {
  const page = pageFor(options);
  const { document } = view;
  const endpoints = document.tls ?? [];
  const certificates = document.certificates ?? [];
  const byFingerprint = new Map(certificates.map((record) => [record.fingerprint, record]));
  const full = endpoints.length <= IN_FULL || page.all;
  const lines = [
    heading('postern tls', [span(runText(view), 'faint')], page),
    ...(full
      ? endpoints.flatMap((endpoint) => ['', ...tlsEndpointLines(endpoint, byFingerprint, page)])
      : ['', ...compactLines(endpoints, byFingerprint, page)]),
    ...expiryLines(certificates, document.finishedAt, page),
    ...findingLines(view, page),
    '',
    ...coverageLines(view, page),
  ];
  return `${lines.join('\n')}\n`;
};

function runText({ document, summary }: View): string {
  const took = summary.durationMs === null ? '' : `, took ${duration(summary.durationMs)}`;
  return `${timestamp(document.startedAt)}${took}, version ${document.tool.version}`;
}

function compactLines(
  endpoints: readonly TlsEndpoint[],
  certificates: ReadonlyMap<string, CertificateRecord>,
  page: Page,
): string[] {
  const width = Math.max(...endpoints.map((endpoint) => widthOf(placeText(endpoint))));
  return endpoints.map((endpoint) => {
    const until = endpoint.identities
      .map(({ certificate }) => certificates.get(certificate)?.notAfter.slice(0, 10) ?? '')
      .sort()[0];
    const place = span(placeText(endpoint), 'strong', 120);
    const gap = span(' '.repeat(Math.max(width - widthOf(place.text), 0) + 2));
    const rest =
      endpoint.speech === 'tls'
        ? [...gradeSpans(endpoint), span(until ? `  until ${until}` : '', 'faint')]
        : [span(endpoint.notes[0] ?? endpoint.speech, 'bad')];
    return paint([place, gap, ...rest], page.colour);
  });
}

const MOST_CERTIFICATES = 20;

/** Soonest expiry first. Only where there is something to compare. */
function expiryLines(certificates: readonly CertificateRecord[], now: string, page: Page): string[] {
  const leaves = certificates.filter(({ role }) => role === 'leaf');
  if (leaves.length < 2) return [];
  const shown = page.all ? leaves : leaves.slice(0, MOST_CERTIFICATES);
  const lines = shown.map((record) => {
    const days = Math.floor((Date.parse(record.notAfter) - Date.parse(now)) / 86_400_000);
    const style = days < 0 ? 'alarm' : days * 3 < record.lifetimeDays ? 'warn' : 'plain';
    const places = [...record.places.map(placeText), ...record.files];
    const where =
      places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
    return paint(
      [
        span(`  ${record.notAfter.slice(0, 10)} `, style),
        span(`${days} days`.padStart(11), style),
        span(`  ${record.subject || '(empty subject)'}  `),
        span(where, 'faint'),
      ],
      page.colour,
    );
  });
  const rest = leaves.length > shown.length ? note(`${leaves.length - shown.length} more; --all lists them`, page) : [];
  return ['', heading('CERTIFICATES BY EXPIRY', [], page), ...lines, ...rest];
}

function coverageLines({ document }: View, page: Page): string[] {
  const { probes, connections, undecided, complete } = document.coverage;
  const parts = [
    `${probes.open} of ${counted(
      Object.values(probes).reduce((sum, count) => sum + count, 0),
      'port',
    )} answered`,
    counted(connections, 'connection'),
  ];
  for (const state of ['closed', 'filtered', 'unreachable', 'error', 'skipped'] as const)
    if (probes[state] > 0) parts.push(`${probes[state]} ${state}`);
  const open = [...new Set(undecided.map(({ rule }) => rule))].sort();
  return [
    ...note(
      `${parts.join(', ')}${complete ? '' : '; interrupted'}. Nothing was attacked: known weaknesses are named by their preconditions.`,
      page,
    ),
    ...(open.length > 0 ? note(`Not decided: ${open.join(', ')}.`, page) : []),
    ...document.troubles.flatMap(({ where, what }) => note(`${where}: ${what}`, page)),
  ];
}
