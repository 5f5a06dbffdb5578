import type { OverallState } from '../../model/auth.ts';
import type { Exposure, Listener } from '../../model/host.ts';
import { labelled, type Page } from '../table/page.ts';
import { type Span, type Style, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { View } from '../view.ts';

const LABEL = 9;

const AUTH_STYLES = { open: 'alarm', partial: 'warn', guarded: 'good', unknown: 'warn' } as const satisfies Record<
  OverallState,
  Style
>;

/** One AI service of this host in full. */
export function exposureLines(exposure: Exposure, { document }: View, page: Page): string[] {
  const { port, service, bound, answers, firewall, forecast, reach } = exposure;
  const here = document.endpoints.filter((endpoint) => endpoint.port === port && endpoint.service);
  const version = here.map((endpoint) => endpoint.service?.version).find(Boolean);
  const states = [...new Set(here.map(({ auth }) => auth.overall))];
  const transport = here[0]?.speech === 'http' ? [span(`  ${here[0].transport}`, 'faint')] : [];
  const auth = states.flatMap((state) => [span('  '), span(state, AUTH_STYLES[state])]);
  const answering = answers.filter(({ state }) => state === 'answers').map(({ address }) => address);
  const refusing = answers
    .filter(({ state }) => state === 'refused' || state === 'silent')
    .map(({ address }) => address);
  const line = (label: string, text: string): string[] => labelled(label, [span(text)], LABEL, page);
  return [
    ...title(
      `${service.name}${version ? ` ${version}` : ''}`,
      [span(`port ${port}`), ...transport, ...auth, span(`  ${reach}`, 'note')],
      page,
    ),
    ...line('Listens', `${bound.join(', ')}${processText(document.host?.listeners ?? [], port)}`),
    ...(answering.length > 0 || refusing.length > 0
      ? line(
          'Answers',
          `${answering.length > 0 ? `at ${answering.join(', ')}` : 'nowhere'}${refusing.length > 0 ? `; not at ${refusing.join(', ')}` : ''}`,
        )
      : line('Answers', 'not asked')),
    ...(reach === 'loopback'
      ? []
      : line(
          'Firewall',
          `${firewall.verdict === 'none' ? 'none' : firewall.verdict}${firewall.because ? `: ${firewall.because}` : ''}`,
        )),
    ...labelled('Exposed', [span(forecast, reach === 'loopback' ? 'plain' : 'strong')], LABEL, page),
  ];
}

function processText(listeners: readonly Listener[], port: number): string {
  const listener = listeners.find((one) => one.port === port && one.process !== null);
  const holder = listener?.process;
  if (!holder) return ', process not readable';
  const where = [
    holder.unit,
    holder.container ? `container ${holder.container}` : null,
    holder.image,
    listener.forwardsTo ? `forwarded to ${listener.forwardsTo}` : null,
    holder.user ? `user ${holder.user}` : null,
  ].filter((part) => part !== null);
  return `, ${holder.name.split(' ')[0]} [${holder.pid}]${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
}

/** A heading that may be longer than a line. */
export function title(text: string, rest: readonly Span[], page: Page): string[] {
  return hanging([], [span(text, 'strong'), span('  '), ...rest], {
    indent: 0,
    columns: page.textColumns,
    colour: page.colour,
  });
}
