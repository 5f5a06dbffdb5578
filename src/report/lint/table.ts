import type { Reporter } from '../formats.ts';
import { tally } from '../table/findings.ts';
import { pageFor } from '../table/page.ts';
import { counted } from '../table/words.ts';
import { span } from '../terminal/span.ts';
import { hanging } from '../terminal/wrap.ts';
import type { View } from '../view.ts';
import { coverageText, troubleLines } from './coverage.ts';
import { findingLines } from './finding.ts';

/** As compilers tell it: place, severity, what is wrong, the line with a mark under it, and what led there. */
export const reportLintTable: Reporter = (view, options) => {
  const page = pageFor(options);
  const shown = view.findings.filter(({ finding }) => finding.state === 'active' || page.all);
  const lines = [
    ...shown.flatMap((item) => [...findingLines(item, page), '']),
    ...troubleLines(view, page),
    ...hanging([], [...verdict(view), span(coverageText(view), 'faint')], {
      indent: 0,
      columns: page.textColumns,
      colour: page.colour,
    }),
  ];
  return `${lines.join('\n')}\n`;
};

function verdict(view: View) {
  const { findings } = view.summary;
  const aside = [
    findings['below-threshold'] > 0 ? `${findings['below-threshold']} below the threshold` : '',
    findings.suppressed > 0 ? `${findings.suppressed} ignored` : '',
    findings.baselined > 0 ? `${findings.baselined} in the baseline` : '',
  ].filter((part) => part !== '');
  const beside = span(aside.length > 0 ? `; ${aside.join(', ')}` : '');
  if (findings.active > 0) {
    return [
      span('FOUND', 'bad'),
      span(`  ${counted(findings.active, 'finding')} (`),
      ...tally(view),
      span(')'),
      beside,
    ];
  }
  if ((view.document.coverage.files?.read ?? 0) === 0) {
    return [span('NOTHING EXAMINED', 'warn'), span('  0 files: none of a format that is read was found')];
  }
  return [span('NO FINDINGS', 'good'), beside];
}
