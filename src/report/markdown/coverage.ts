import { PORT_STATES } from '../../model/result.ts';
import { counted, grouped } from '../table/words.ts';
import type { View } from '../view.ts';
import { markdownCode, markdownText } from './text.ts';

/** What was looked at and what was not: no finding is good news only where this says so. */
export function coverageSection(view: View, most: number): string[] {
  const { document, summary } = view;
  const { coverage, troubles } = document;
  const probes = PORT_STATES.filter((state) => coverage.probes[state] > 0).map(
    (state) => `${grouped(coverage.probes[state])} ${state}`,
  );
  const undecided = summary.undecided.byRule.map(
    ({ rule, times, missing }) =>
      `${markdownText(rule)} (${grouped(times)}×, for want of ${missing.map(markdownCode).join(', ')})`,
  );
  const lines = [
    `- ${counted(coverage.addresses, 'address', 'addresses')}, ${counted(summary.probes, 'probe')}${probes.length > 0 ? `: ${probes.join(', ')}` : ''}`,
    ...(coverage.complete ? [] : ['- **The run was interrupted**: what was not reached is not judged.']),
    ...summary.unknown
      .slice(0, most)
      .map(
        ({ place, unknownBecause }) =>
          `- Unknown: ${markdownCode(place)}${unknownBecause.length > 0 ? `, ${unknownBecause.map(markdownText).join('; ')}` : ''}`,
      ),
    ...(undecided.length > 0 ? [`- Not decided: ${undecided.join('; ')}`] : []),
    ...troubles
      .slice(0, most)
      .map(
        ({ kind, where, what }) => `- Trouble: ${markdownText(kind)} at ${markdownCode(where)}, ${markdownText(what)}`,
      ),
    ...(troubles.length > most ? [`- ${counted(troubles.length - most, 'more trouble')}`] : []),
  ];
  return ['### Coverage', lines.join('\n')];
}
