import type { Evidence } from '../../model/endpoint.ts';
import type { FindingState } from '../../model/finding.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { linked, SEVERITY_STYLES, type Span, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { FindingView, View } from '../view.ts';
import { heading, labelled, note, type Page } from './page.ts';
import { counted } from './words.ts';

const MOST_URGENT_FIRST = [...SEVERITIES].reverse();
const LABEL = 4;
/** Advice is written by people and must not be cut where they meant it. */
const LONGEST_FIX = 2000;

/** Findings at or above the threshold in full, the others short, and a word on those that somebody has set aside. */
export function findingLines(view: View, page: Page): string[] {
  const inState = (state: FindingState): FindingView[] =>
    view.findings.filter(({ finding }) => finding.state === state);
  const active = inState('active');
  const below = inState('below-threshold');
  const setAside = [...inState('suppressed'), ...inState('baselined')];
  return [
    ...section(
      'FINDINGS',
      tally(view),
      active.map((item) => fullFinding(item, page)),
      page,
    ),
    ...section(
      'BELOW THE THRESHOLD',
      [span(counted(below.length, 'finding'))],
      below.map((item) => (page.all ? fullFinding(item, page) : shortFinding(item, page))),
      page,
    ),
    ...(page.all
      ? section(
          'SET ASIDE',
          [span(counted(setAside.length, 'finding'))],
          setAside.map((item) => fullFinding(item, page)),
          page,
        )
      : setAsideLine(view, page)),
  ];
}

function section(title: string, rest: readonly Span[], items: readonly (readonly string[])[], page: Page): string[] {
  if (items.length === 0) return [];
  return ['', heading(title, rest, page), ...items.flatMap((lines) => ['', ...lines])];
}

/** `1 critical, 2 medium`. */
export function tally({ summary }: View): Span[] {
  const present = MOST_URGENT_FIRST.filter((severity) => summary.active[severity] > 0);
  return present.flatMap((severity, i) => [
    ...(i > 0 ? [span(', ')] : []),
    span(`${summary.active[severity]} ${severity}`, SEVERITY_STYLES[severity]),
  ]);
}

function fullFinding(item: FindingView, page: Page): string[] {
  const { finding, proof, moreProof, fixAt } = item;
  const fix = fixAt === null || finding.state !== 'active' ? finding.fix.split('\n') : [`as at ${fixAt}, above`];
  return [
    ...shortFinding(item, page),
    ...(proof.length > 0 ? labelled('Seen', seen(proof, moreProof), LABEL, page) : []),
    ...fix.flatMap((line, i) => fixLine(line, i === 0, page)),
  ];
}

/** The advice, then a way to follow it on each line. */
function fixLine(line: string, first: boolean, page: Page): string[] {
  if (first) return labelled('Fix', [span(line, 'plain', LONGEST_FIX)], LABEL, page);
  return hanging([span(`${' '.repeat(LABEL + 4)}- `)], [span(line, 'plain', LONGEST_FIX)], {
    indent: LABEL + 6,
    columns: page.textColumns,
    colour: page.colour,
  });
}

function shortFinding({ finding, place, reference }: FindingView, page: Page): string[] {
  const message = { indent: 2, columns: page.textColumns, colour: page.colour };
  return [
    ...title(finding, place, page.links ? reference : null, page),
    ...hanging([], [span(finding.message)], message),
  ];
}

function title(
  { severity, confidence, rule, state, location }: FindingView['finding'],
  place: string,
  reference: string | null,
  page: Page,
): string[] {
  const word = span(severity.toUpperCase(), SEVERITY_STYLES[severity]);
  const doubt = confidence === 'high' ? '' : `  ${confidence} confidence`;
  const aside = state === 'suppressed' || state === 'baselined' ? `  ${state}` : '';
  const where = linked(span(place, 'strong', 120), page.links ? location.url : null);
  const name = linked(span(rule, 'note'), reference);
  const rest = [word, span('  '), where, span('  '), name, span(doubt + aside, 'faint')];
  return hanging([], rest, { indent: 0, columns: page.textColumns, colour: page.colour });
}

const LONGEST_SHOWS = 100;

/** `GET /api/tags → 200 JSON with models · …`. */
function seen(proof: readonly Evidence[], more: number): Span[] {
  const items = proof.map(({ request, status, shows }) => [
    span(`${request} → ${status ?? 'no answer'}`, 'plain', 160),
    ...(shows === '' || status === null ? [] : [span(` ${shows}`, 'faint', LONGEST_SHOWS)]),
  ]);
  if (more > 0) items.push([span(`${more} more`, 'faint')]);
  return items.flatMap((item, i) => (i > 0 ? [span(' · '), ...item] : item));
}

function setAsideLine({ summary }: View, page: Page): string[] {
  const { suppressed, baselined } = summary.findings;
  if (suppressed + baselined === 0) return [];
  const parts = [
    suppressed > 0 ? `${suppressed} suppressed` : '',
    baselined > 0 ? `${baselined} baselined` : '',
  ].filter((part) => part !== '');
  return [
    '',
    ...note(
      `${parts.join(' and ')} ${suppressed + baselined === 1 ? 'finding is' : 'findings are'} set aside; --all shows them`,
      page,
    ),
  ];
}
