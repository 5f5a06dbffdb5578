import { resolveFrom } from '../source/paths.ts';
import type { FileReference } from './declarations.ts';
import { known } from './value.ts';

/** What scripts copy (`cp .env.example .env`), as paths from where the program was started. */
export function copiesIn(
  references: readonly FileReference[],
): readonly { readonly from: string; readonly to: string }[] {
  return references.flatMap(({ role, path, target, span }) => {
    const [from, to] = [known(path), known(target)].map((text) =>
      text === undefined ? null : resolveFrom(span.file.split('\0')[0] ?? '', text),
    );
    return role === 'copy-of' && from && to ? [{ from, to }] : [];
  });
}
