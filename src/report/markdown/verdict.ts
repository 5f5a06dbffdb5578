import { counted } from '../table/words.ts';
import type { View } from '../view.ts';

/** How it stands, in a sentence that does not promise more than was seen. */
export function verdictSentence({ summary, document }: View): string {
  const { verdict, findings } = summary;
  const aside = findings.baselined + findings.suppressed;
  const known = aside === 0 ? '' : ` ${aside} more set aside (known from a baseline, or suppressed).`;
  switch (verdict.kind) {
    case 'findings':
      return `**${counted(findings.active, 'finding')}**${where(verdict.endpoints, document)}.${known}`;
    case 'clean':
      return `**No findings** at or above the threshold.${known}`;
    case 'inconclusive':
      return document.coverage.complete
        ? `**No findings, but not everything could be judged**: see coverage.${known}`
        : `**No findings, but the run was interrupted**: see coverage.${known}`;
    case 'nothing-proved':
      return `**Nothing was proved**: ${verdict.reason}. This is not a clean result.`;
    case 'nothing-examined':
      return `**Nothing was examined**: ${verdict.reason}. This is not a clean result.`;
  }
}

function where(endpoints: number, { coverage }: View['document']): string {
  if (endpoints > 0) return ` on ${counted(endpoints, 'endpoint')}`;
  return coverage.files ? ` in ${counted(coverage.files.read, 'file')}` : '';
}
