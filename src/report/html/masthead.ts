import { OVERALL_STATES, type OverallState } from '../../model/auth.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { counted, duration, grouped, timestamp } from '../table/words.ts';
import type { View } from '../view.ts';
import { badge } from './glyphs.ts';
import { html, type Markup } from './markup.ts';

/** How it stands: one sentence that does not promise more than was seen, and what it rests on. */
export function masthead(view: View): Markup {
  return html`
<header class="masthead">
<p class="brand">Postern</p>
<h1>${headline(view)}</h1>
<p class="lede">${[doors(view), reservations(view)].filter((part) => part !== '').join(' ')}</p>
${tiles(view)}
<dl class="run">${facts(view).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function headline({ summary, document }: View): string {
  const { verdict, findings } = summary;
  switch (verdict.kind) {
    case 'findings':
      return verdict.endpoints === 0
        ? counted(findings.active, 'finding')
        : `${counted(findings.active, 'finding')} on ${counted(verdict.endpoints, 'endpoint')}`;
    case 'clean':
      return 'No findings';
    case 'inconclusive':
      return document.coverage.complete
        ? 'No findings, but not everything could be judged'
        : 'No findings before the run was interrupted';
    case 'nothing-proved':
      return 'Nothing was proved';
    case 'nothing-examined':
      return 'Nothing was examined';
  }
}

const DOORS = {
  open: ['answers anyone', 'answer anyone'],
  partial: ['is guarded only in part', 'are guarded only in part'],
  guarded: ['is guarded', 'are guarded'],
  unknown: ['could not be judged', 'could not be judged'],
} as const satisfies Record<OverallState, readonly [string, string]>;

function doors({ summary, expectations }: View): string {
  const { held, broken, unknown } = summary.expectations;
  if (expectations.length > 0 && summary.verdict.kind !== 'nothing-proved')
    return `Of what was tried, ${grouped(held)} came out as expected, ${grouped(broken)} did not, ${grouped(unknown)} stayed unknown.`;
  if (summary.verdict.kind === 'nothing-examined')
    return `${sentence(summary.verdict.reason)} This is not a clean result.`;
  const parts = OVERALL_STATES.filter((state) => summary.auth[state] > 0).map((state, i) => {
    const count = summary.auth[state];
    const subject = i === 0 ? counted(count, 'service') : grouped(count);
    return `${subject} ${DOORS[state][count === 1 ? 0 : 1]}`;
  });
  return parts.length === 0 ? '' : sentence(parts.join(', '));
}

function reservations({ summary, document }: View): string {
  const { findings, undecided } = summary;
  const { coverage, troubles } = document;
  const parts = [
    findings['below-threshold'] > 0 ? `${grouped(findings['below-threshold'])} below the threshold` : '',
    findings.baselined > 0 ? `${grouped(findings.baselined)} known from a baseline` : '',
    findings.suppressed > 0 ? `${grouped(findings.suppressed)} suppressed` : '',
    undecided.total > 0 ? `${counted(undecided.total, 'judgement')} left open` : '',
    coverage.probes.skipped > 0 ? `${counted(coverage.probes.skipped, 'probe')} skipped` : '',
    troubles.length > 0 ? counted(troubles.length, 'trouble') : '',
  ].filter((part) => part !== '');
  const interrupted = coverage.complete ? '' : ' The run was interrupted: what was not reached is not judged.';
  return `${parts.length > 0 ? sentence(`Besides: ${parts.join(', ')}`) : ''}${interrupted}`.trim();
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function tiles({ summary }: View): Markup {
  const items = [...SEVERITIES].reverse().map((severity) => {
    const count = summary.active[severity];
    return html`<li class="${severity}${count === 0 ? ' none' : ''}"><a href="#findings" data-show="${severity}"><b>${grouped(count)}</b> ${badge(severity)}</a></li>`;
  });
  return html`<ul class="tiles" aria-label="Active findings by severity">${items}</ul>`;
}

function facts({ document, summary }: View): readonly (readonly [string, string])[] {
  const { command, startedAt, site, tool, coverage } = document;
  return [
    ['Command', `postern ${command}`],
    ...(site === undefined ? [] : [['Site', site] as const]),
    ['Started', timestamp(startedAt)],
    ...(summary.durationMs === null ? [] : [['Took', duration(summary.durationMs)] as const]),
    ['Scope', `${counted(coverage.addresses, 'address', 'addresses')}, ${counted(coverage.ports.length, 'port')}`],
    ['Probes', `${grouped(summary.probes)}, ${grouped(coverage.probes.open)} open`],
    ['Version', tool.version],
  ];
}
