import type { RuleSummary } from '../../model/result.ts';
import { cut } from '../cut.ts';
import { counted } from '../table/words.ts';
import type { View } from '../view.ts';
import { badge } from './glyphs.ts';
import { html, lines, type Markup, slug } from './markup.ts';
import type { Section } from './section.ts';

const LONGEST_TEXT = 3000;

/** Why it matters, once for each rule that found something. */
export function rulesSection({ rules, findings }: View): Section | null {
  const used = new Set(findings.map(({ finding }) => finding.rule));
  const shown = [...rules.values()].filter(({ id }) => used.has(id));
  if (shown.length === 0) return null;
  const silent = rules.size - shown.length;
  return {
    id: 'rules',
    title: 'Rules',
    aside: 'that found something, and why they matter',
    body: html`<div class="rules">${shown.map(ruleBlock)}</div>
${silent > 0 && html`<p class="hush">${counted(silent, 'other rule')} found nothing.</p>`}`,
  };
}

function ruleBlock({ id, title, severity, why, fix, cwe, references }: RuleSummary): Markup {
  return html`
<article id="rule-${slug(id)}"><h3>${cut(title, 200)}</h3>
<p class="meta">${badge(severity)} <code>${cut(id, 80)}</code></p>
<p>${lines(why, LONGEST_TEXT)}</p>
<p>${lines(fix, LONGEST_TEXT)}</p>
<ul class="references">${cwe.map((number) => html`<li><a href="https://cwe.mitre.org/data/definitions/${number}.html" rel="noreferrer">CWE-${number}</a></li>`)}${references
    .filter((text) => !text.startsWith('https://cwe.mitre.org/'))
    .map(
      (text) =>
        html`<li>${isWebAddress(text) ? html`<a href="${text}" rel="noreferrer">${cut(text, 120)}</a>` : cut(text, 300)}</li>`,
    )}</ul>
</article>`;
}

/** Anything else might run a script or open a file when it is followed. */
function isWebAddress(text: string): boolean {
  return /^https:\/\/[!-~]{1,500}$/.test(text) && URL.canParse(text);
}
