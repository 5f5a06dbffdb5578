import { OVERALL_STATES } from '../../model/auth.ts';
import { type Span, span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { View } from '../view.ts';
import { tally } from './findings.ts';
import type { Page } from './page.ts';
import { counted, grouped } from './words.ts';

/** One line that says how it stands, and how far that can be relied on. */
export function verdictLines(view: View, page: Page): string[] {
  return [
    '',
    ...hanging([], [...verdict(view), ...reservations(view)], {
      indent: 0,
      columns: page.textColumns,
      colour: page.colour,
    }),
  ];
}

function verdict(view: View): Span[] {
  const { summary, document } = view;
  switch (summary.verdict.kind) {
    case 'findings': {
      const at =
        summary.verdict.endpoints > 0
          ? ` at ${grouped(summary.verdict.endpoints)} of ${counted(document.endpoints.length, 'endpoint')}`
          : '';
      return [span('FOUND', 'bad'), span('  '), ...tally(view), span(at), span(doors(view), 'faint')];
    }
    case 'clean':
      return [
        span('NO FINDINGS', 'good'),
        span(`  at ${counted(document.endpoints.length, 'endpoint')}`),
        span(doors(view), 'faint'),
      ];
    case 'inconclusive':
      return [
        span('INCONCLUSIVE', 'warn'),
        span(`  no findings at ${counted(document.endpoints.length, 'endpoint')}`),
        span(doors(view), 'faint'),
      ];
    case 'nothing-proved':
      return [span('NOTHING PROVED', 'warn'), span(`  ${summary.verdict.reason}`), span(doors(view), 'faint')];
    case 'nothing-examined':
      return [span('NOTHING EXAMINED', 'warn'), span(`  ${summary.verdict.reason}, so there is nothing to judge`)];
  }
}

/** ` (2 open, 1 guarded)`. */
function doors({ summary }: View): string {
  const states = OVERALL_STATES.filter((state) => summary.auth[state] > 0).map(
    (state) => `${grouped(summary.auth[state])} ${state}`,
  );
  return states.length > 0 ? ` (${states.join(', ')})` : '';
}

function reservations({ summary, document }: View): Span[] {
  const { coverage, troubles } = document;
  const parts = [
    summary.findings['below-threshold'] > 0
      ? `${grouped(summary.findings['below-threshold'])} below the threshold`
      : '',
    coverage.undecided.length > 0 ? `${counted(coverage.undecided.length, 'rule')} undecided` : '',
    coverage.probes.skipped > 0 ? `${counted(coverage.probes.skipped, 'probe')} skipped` : '',
    troubles.length > 0 ? counted(troubles.length, 'trouble') : '',
    coverage.complete ? '' : 'interrupted, the rest is unknown',
  ].filter((part) => part !== '');
  return parts.length > 0 ? [span(`; ${parts.join('; ')}`)] : [];
}
