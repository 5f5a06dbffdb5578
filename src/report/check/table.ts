import type { HostReport } from '../../model/host.ts';
import type { Reporter } from '../formats.ts';
import { findingLines } from '../table/findings.ts';
import { heading, labelled, note, type Page, pageFor } from '../table/page.ts';
import { counted, duration, timestamp } from '../table/words.ts';
import { type Span, type Style, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { View } from '../view.ts';
import { exposureLines, title } from './exposure.ts';
import { keyFileLines } from './keys.ts';
import { listenerLines } from './listeners.ts';

/** For people: each AI service of this host and who can reach it, what is wrong, what could not be read, and the verdict. */
export const reportCheckTable: Reporter = (view, options) => {
  const page = pageFor(options);
  const { host } = view.document;
  if (host === undefined) return '';
  const lines = [
    ...title('postern check', [span(runText(view), 'faint')], page),
    ...host.exposures.flatMap((exposure) => ['', ...exposureLines(exposure, view, page)]),
    ...(host.exposures.length === 0
      ? ['', ...note('No AI service listens on this host, as far as could be seen.', page)]
      : []),
    ...listenerLines(host, page),
    ...hostLines(host, page),
    ...findingLines(view, page),
    ...doubtLines(view, page),
    ...verdictLines(host, page),
  ];
  return `${lines.join('\n')}\n`;
};

function runText({ document, summary }: View): string {
  const took = summary.durationMs === null ? '' : `, took ${duration(summary.durationMs)}`;
  return `${timestamp(document.startedAt)}${took}, version ${document.tool.version}`;
}

const LABEL = 9;

function hostLines(host: HostReport, page: Page): string[] {
  const { addresses, firewall, platform, superuser, asked } = host;
  const beyond = addresses.filter(({ reach }) => reach !== 'loopback');
  const own = beyond.map(({ address, network, interface: name }) => `${address} (${name}, ${network})`);
  const state = firewall.readable ? firewall.managers.join(', ') || 'no rules' : 'could not be read';
  return [
    '',
    ...title(
      'THIS HOST',
      [
        span(
          `${platform}${superuser ? ', as root' : ', without privileges'}${asked ? '' : ', nothing was asked'}`,
          'faint',
        ),
      ],
      page,
    ),
    ...labelled(
      'Addresses',
      [span(own.join(', ') || (addresses.length > 0 ? 'loopback only' : 'not known'))],
      LABEL,
      page,
    ),
    ...labelled('Firewall', [span([state, ...firewall.notes].join('; '))], LABEL, page),
    ...keyFileLines(host, page),
  ];
}

function doubtLines({ document, summary }: View, page: Page): string[] {
  const { undecided } = summary;
  const lines = document.troubles.flatMap(({ where, what }) =>
    labelled('', [span(where), span(`  ${what}`, 'faint')], 0, page),
  );
  const rules =
    undecided.total === 0
      ? []
      : labelled(
          '',
          [
            span(`${counted(undecided.total, 'rule')} undecided at ${counted(undecided.places, 'place')}`),
            span(`, for want of ${undecided.missing.join(', ')}`, 'faint'),
          ],
          0,
          page,
        );
  if (lines.length + rules.length === 0) return [];
  return ['', heading('NOT SEEN', [], page), ...lines, ...rules];
}

const VERDICTS = {
  ready: ['READY TO EXPOSE', 'good', 'nothing at or above the threshold was found'],
  'not-ready': ['NOT READY TO EXPOSE', 'bad', ''],
  undecided: ['UNDECIDED', 'warn', 'no finding, but not everything could be judged'],
} as const satisfies Record<HostReport['verdict']['state'], readonly [string, Style, string]>;

function verdictLines({ verdict }: HostReport, page: Page): string[] {
  const [word, style, says] = VERDICTS[verdict.state];
  const steps: Span[] = [span(says === '' ? `${counted(verdict.steps.length, 'thing')} to do` : says)];
  return [
    '',
    ...hanging([], [span(word, style), span('  '), ...steps], {
      indent: 0,
      columns: page.textColumns,
      colour: page.colour,
    }),
    ...verdict.steps.flatMap((step, i) =>
      hanging([span(`${i + 1}. `.padStart(5))], [span(step)], {
        indent: 5,
        columns: page.textColumns,
        colour: page.colour,
      }),
    ),
  ];
}
