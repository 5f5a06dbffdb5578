import { FINDING_STATES } from '../../model/finding.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { counted, grouped } from '../table/words.ts';
import type { View } from '../view.ts';
import type { Anchors } from './anchors.ts';
import { findingItem, IN_FULL_UP_TO, ruleName, STATES, serviceOf } from './finding.ts';
import { badge } from './glyphs.ts';
import { html, type Markup } from './markup.ts';
import { paged } from './paged.ts';
import type { Section } from './section.ts';

/** All findings, most severe first. The controls are of no use without a script and stay hidden without it. */
export function findingsSection(view: View, anchors: Anchors): Section {
  const { findings } = view;
  return {
    id: 'findings',
    title: 'Findings',
    aside: counted(findings.length, 'finding'),
    body:
      findings.length === 0
        ? html`<p class="empty">None. What could not be judged is under coverage.</p>`
        : html`${controls(view, anchors)}
${paged(
  findings.map((item) => findingItem(item, view, anchors)),
  IN_FULL_UP_TO,
  (items, first) => html`<ol class="findings"${first && html` id="finding-list"`}>${items}
</ol>`,
)}`,
  };
}

function controls(view: View, anchors: Anchors): Markup {
  const all = view.findings.map(({ finding }) => finding);
  const severities = [...SEVERITIES]
    .reverse()
    .filter((severity) => all.some((finding) => finding.severity === severity));
  const states = FINDING_STATES.filter((state) => all.some((finding) => finding.state === state));
  const rules = distinct(view.findings.map(ruleName));
  const services = distinct(view.findings.map((item) => serviceOf(item, anchors)));
  return html`<form class="controls" id="controls" hidden>
<div class="row">
<label class="search">Search <input type="search" name="text" autocomplete="off" spellcheck="false"></label>
${choice('rule', 'Rule', rules)}
${choice('service', 'Service', services)}
<label>Sort by <select name="sort"><option value="severity">severity</option><option value="place">place</option><option value="rule">rule</option><option value="service">service</option></select></label>
</div>
<div class="row">
<fieldset><legend>Severity</legend>${severities.map((severity) => tick('severity', severity, badge(severity)))}</fieldset>
${states.length > 1 && html`<fieldset><legend>State</legend>${states.map((state) => tick('state', state, html`<span>${STATES[state]}</span>`))}</fieldset>`}
<span class="buttons"><button type="button" id="unfold">Open all</button> <button type="reset">Reset</button></span>
</div>
<p class="shown" role="status" id="shown">${grouped(all.length)} of ${grouped(all.length)} shown</p>
</form>
<p class="empty" id="nothing-shown" hidden>No finding matches these filters.</p>`;
}

function choice(name: string, label: string, values: readonly string[]): Markup {
  return html`<label>${label} <select name="${name}"><option value="">all</option>${values.map((value) => html`<option>${value}</option>`)}</select></label>`;
}

function tick(name: string, value: string, text: Markup): Markup {
  return html`<label class="tick"><input type="checkbox" name="${name}" value="${value}" checked>${text}</label>`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
