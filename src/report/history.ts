import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import type { ReportOptions } from './formats.ts';
import { jsonText } from './json-text.ts';
import type { Summary } from './summary.ts';
import { type Page, pageFor } from './table/page.ts';
import { timestamp } from './table/words.ts';
import { paint, SEVERITY_STYLES, type Span, span } from './terminal/span.ts';
import { hanging } from './terminal/wrap.ts';

export type RunLine =
  | { readonly name: string; readonly status: 'ok'; readonly document: ResultDocument; readonly summary: Summary }
  | { readonly name: string; readonly status: 'failed'; readonly reason: string };

const MOST_URGENT_FIRST = [...SEVERITIES].reverse();

/** A line for each run, oldest first, and the trend of what they found. */
export function historyText(runs: readonly RunLine[], options: ReportOptions): string {
  const page = pageFor(options);
  if (runs.length === 0) return 'No run has been kept. Keep them with postern scan --save.\n';
  const lines = runs.flatMap((run) => runLine(run, page));
  const counts = runs.flatMap((run) => (run.status === 'ok' ? [found(run.summary)] : []));
  const trend = counts.length > 1 ? ['', `Findings  ${sparkline(counts)}  ${counts[0]} → ${counts.at(-1)}`] : [];
  return `${[...lines, ...trend].join('\n')}\n`;
}

function runLine(run: RunLine, page: Page): string[] {
  if (run.status === 'failed') {
    return [paint([span(run.name, 'faint', 80), span(`  unreadable: ${run.reason}`, 'warn', 200)], page.colour)];
  }
  const { document, summary } = run;
  const spans = [
    span(timestamp(document.startedAt)),
    span(`  ${document.command}`, 'faint', 20),
    span('  '),
    ...tally(summary),
    ...(summary.findings.baselined > 0 ? [span(`, ${summary.findings.baselined} known`, 'faint')] : []),
    ...(document.coverage.complete ? [] : [span('  interrupted', 'warn')]),
  ];
  return hanging([], spans, { indent: 0, columns: page.textColumns, colour: page.colour });
}

function tally({ active, verdict }: Summary): Span[] {
  const present = MOST_URGENT_FIRST.filter((severity) => active[severity] > 0);
  if (present.length === 0) return [span(verdict.kind === 'nothing-examined' ? 'nothing examined' : 'no new findings')];
  return present.flatMap((severity, i) => [
    ...(i > 0 ? [span(', ')] : []),
    span(`${active[severity]} ${severity}`, SEVERITY_STYLES[severity]),
  ]);
}

/** Whatever the thresholds and baselines of each run were: the trend is about what is there. */
function found({ findings }: Summary): number {
  return findings.active + findings['below-threshold'] + findings.baselined;
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** From zero to the largest count. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count) => BARS[Math.ceil((count / most) * (BARS.length - 1))] ?? '').join('');
}

export function historyJson(runs: readonly RunLine[]): string {
  const lines = runs.map((run) => {
    if (run.status === 'failed') return { name: run.name, status: run.status, reason: run.reason };
    const { document, summary, name, status } = run;
    const { command, startedAt, finishedAt, coverage } = document;
    const { active, findings, auth } = summary;
    return { name, status, command, startedAt, finishedAt, complete: coverage.complete, findings, active, auth };
  });
  return `${jsonText(lines, 2)}\n`;
}
