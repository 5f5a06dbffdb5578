import type { Edit } from '../model/edit.ts';

/**
 * What is left of a set of edits when none overlaps another: equal ones once, of two for one place the one that does more,
 * and of two that clash the first.
 */
export function compatible(edits: readonly Edit[]): readonly Edit[] {
  const sorted = [...edits].sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.safety.localeCompare(b.safety) * -1,
  );
  const kept: Edit[] = [];
  for (const edit of sorted) {
    const last = kept.at(-1);
    const same = last && last.span.start === edit.span.start && last.span.end === edit.span.end;
    if (!last || (!same && edit.span.start >= last.span.end)) kept.push(edit);
  }
  return kept;
}

/** The text with every edit made; each changes exactly its span. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let changed = '';
  let at = 0;
  for (const { span, insert } of compatible(edits)) {
    changed += text.slice(at, span.start) + insert;
    at = span.end;
  }
  return changed + text.slice(at);
}
