import type { LintOutcome } from '../audit/lint.ts';
import { applyEdits, compatible } from '../judge/edits.ts';
import type { Edit } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { unifiedDiff } from '../report/unified-diff.ts';
import type { System } from '../system/ports.ts';

/** Makes the edits, or shows them, and answers with the findings that are left. */
export async function mend(
  document: ResultDocument,
  { sources, places }: Pick<LintOutcome, 'sources' | 'places'>,
  { unsafe, preview }: { readonly unsafe: boolean; readonly preview: boolean },
  system: System,
): Promise<ResultDocument> {
  const wanted = (edit: Edit): boolean => unsafe || edit.safety === 'safe';
  const open = document.findings.filter(({ state }) => state === 'active' || state === 'below-threshold');
  const byFile = new Map<string, Edit[]>();
  for (const edit of open.flatMap(({ edits = [] }) => edits.filter(wanted))) {
    byFile.set(edit.span.file, [...(byFile.get(edit.span.file) ?? []), edit]);
  }
  let made = 0;
  for (const [file, edits] of [...byFile].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const source = sources.get(file);
    if (!source) continue;
    const changed = applyEdits(source.text, edits);
    if (preview) await system.terminal.out(unifiedDiff(file, source.text, changed, (line) => places.previewed(line)));
    else await system.files.write(file, changed);
    made += compatible(edits).length;
  }
  const held = open.filter(({ edits = [] }) => edits.length > 0 && !edits.some(wanted)).length;
  const verb = preview ? 'would be made' : 'made';
  system.terminal.err(
    `postern: ${made} ${made === 1 ? 'edit' : 'edits'} ${verb} in ${byFile.size} ${byFile.size === 1 ? 'file' : 'files'}${held > 0 ? `; ${held} more with --fix=all, which changes who is let in or what is trusted` : ''}\n`,
  );
  if (preview) return document;
  const mended = (finding: Finding): boolean => open.includes(finding) && (finding.edits ?? []).some(wanted);
  return { ...document, findings: document.findings.filter((finding) => !mended(finding)) };
}
