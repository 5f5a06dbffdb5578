import { evidenceText } from '../evidence-text.ts';
import { counted } from '../table/words.ts';
import type { FindingView, View } from '../view.ts';
import { markdownCode, markdownLines, markdownText } from './text.ts';

/** Findings in full, the active ones first by their order; those set aside are named at the end. */
export function findingSection(view: View, most: number): string[] {
  const shown = view.findings.filter(
    ({ finding }) => finding.state === 'active' || finding.state === 'below-threshold',
  );
  const aside = view.findings.filter(({ finding }) => finding.state === 'suppressed' || finding.state === 'baselined');
  if (shown.length + aside.length === 0) return [];
  const left = shown.length - most;
  return [
    '### Findings',
    ...shown.slice(0, most).map(findingBlock),
    ...(left > 0 ? [`*${counted(left, 'more finding')} not shown here.*`] : []),
    ...(aside.length > 0 ? [asideList(aside.slice(0, most))] : []),
  ];
}

function findingBlock({ finding, place, proof, moreProof }: FindingView): string {
  const { severity, confidence, rule, message, fix, state } = finding;
  const notes = [
    ...(confidence === 'high' ? [] : [`${confidence} confidence`]),
    ...(state === 'below-threshold' ? ['below the threshold'] : []),
  ];
  return [
    `#### ${severity}: ${markdownText(rule)} at ${markdownCode(place)}`,
    '',
    `- **What**${notes.length > 0 ? ` (${notes.join(', ')})` : ''}: ${markdownLines(message)}`,
    ...(proof.length > 0
      ? [`- **Seen**: ${proof.map((item) => markdownCode(evidenceText(item))).join(', ')}${more(moreProof)}`]
      : []),
    `- **Fix**: ${markdownLines(fix)}`,
  ].join('\n');
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}

function asideList(aside: readonly FindingView[]): string {
  const items = aside.map(
    ({ finding, place }) =>
      `- ${finding.state}: ${finding.severity}, ${markdownText(finding.rule)} at ${markdownCode(place)}`,
  );
  return ['<details><summary>Set aside</summary>', '', ...items, '', '</details>'].join('\n');
}
