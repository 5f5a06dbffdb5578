import type { Change, DiffDocument } from '../../model/diff.ts';
import type { Finding } from '../../model/finding.ts';
import type { ReportOptions } from '../formats.ts';
import { placeOf, placeOfEndpoint } from '../place.ts';
import { heading, type Page, pageFor } from '../table/page.ts';
import { timestamp } from '../table/words.ts';
import { SEVERITY_STYLES, type Span, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';

/** For people: what is new first, what stayed last and short. */
export function diffText(diff: DiffDocument, options: ReportOptions): string {
  const page = pageFor(options);
  const { findings, endpoints } = diff;
  const changed = findings.persisted.filter(({ changes }) => changes.length > 0);
  const same = findings.persisted.filter(({ changes }) => changes.length === 0);
  const lines = [
    ...line([span('postern diff', 'strong'), span(`  ${runOf(diff.old)} → ${runOf(diff.new)}`, 'faint', 200)], 0, page),
    ...section(
      'NEW FINDINGS',
      findings.appeared.map((finding) => [...titleOf(finding, [], page), ...line([span(finding.message)], 4, page)]),
      page,
    ),
    ...section(
      'FIXED',
      findings.fixed.map(({ finding, how, firstSeen }) => titleOf(finding, [how, since(firstSeen)], page)),
      page,
    ),
    ...section(
      'CHANGED FINDINGS',
      changed.map(({ finding, changes }) => titleOf(finding, changes.map(changeText), page)),
      page,
    ),
    ...section(
      'CHANGED ENDPOINTS',
      endpoints.changed.map(({ endpoint, changes }) =>
        placeLine(placeOfEndpoint(endpoint), changes.map(changeText), page),
      ),
      page,
    ),
    ...section(
      'NEW ENDPOINTS',
      endpoints.appeared.map((endpoint) =>
        placeLine(placeOfEndpoint(endpoint), [endpoint.service?.name ?? '', endpoint.auth.overall], page),
      ),
      page,
    ),
    ...section(
      'CLOSED ENDPOINTS',
      endpoints.closed.map(({ endpoint, how }) =>
        placeLine(placeOfEndpoint(endpoint), [endpoint.service?.name ?? '', how], page),
      ),
      page,
    ),
    ...section(
      'NO LONGER LOOKED AT',
      findings.unseen.map(({ finding, why, lastSeen }) =>
        titleOf(finding, [why, `last seen ${timestamp(lastSeen)}`], page),
      ),
      page,
    ),
    ...section(
      'STILL THERE',
      same.map(({ finding, firstSeen }) => titleOf(finding, [since(firstSeen)], page)),
      page,
    ),
    '',
    ...line([span(sentence(diff), 'strong')], 0, page),
  ];
  return `${lines.join('\n')}\n`;
}

/** `1 new, 2 fixed, 3 still there, 1 no longer looked at`. */
function sentence({ findings }: DiffDocument): string {
  const { appeared, fixed, persisted, unseen } = findings;
  const parts = [
    `${appeared.length} new`,
    `${fixed.length} fixed`,
    `${persisted.length} still there`,
    ...(unseen.length > 0 ? [`${unseen.length} no longer looked at`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function section(title: string, items: readonly (readonly string[])[], page: Page): string[] {
  if (items.length === 0) return [];
  return ['', heading(title, [span(String(items.length))], page), ...items.flat()];
}

function titleOf(finding: Finding, notes: readonly string[], page: Page): string[] {
  const { severity, rule, location, state } = finding;
  const aside = state === 'active' || state === 'baselined' ? [] : [state];
  const spans = [
    span(severity.toUpperCase(), SEVERITY_STYLES[severity]),
    span('  '),
    span(placeOf(location), 'strong', 120),
    span(`  ${rule}`, 'note'),
    ...noted([...aside, ...notes]),
  ];
  return line(spans, 2, page);
}

function placeLine(place: string, notes: readonly string[], page: Page): string[] {
  return line([span(place, 'strong', 120), ...noted(notes.filter((note) => note !== ''))], 2, page);
}

function noted(notes: readonly string[]): Span[] {
  return notes.length === 0 ? [] : [span(`  ${notes.join('; ')}`, 'faint')];
}

function line(spans: readonly Span[], indent: number, page: Page): string[] {
  return hanging([], spans, { indent, columns: page.textColumns, colour: page.colour });
}

function changeText({ field, before, after }: Change): string {
  return `${field} ${before ?? 'none'} → ${after ?? 'none'}`;
}

function since(firstSeen: string): string {
  return `since ${timestamp(firstSeen)}`;
}

function runOf({ command, startedAt, complete }: DiffDocument['old']): string {
  return `${command} ${timestamp(startedAt)}${complete ? '' : ' (interrupted)'}`;
}
