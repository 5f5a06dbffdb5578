import { copiesIn } from '../deployment/copies.ts';
import type { Graph } from '../deployment/graph.ts';
import { isExample } from '../source/paths.ts';

/**
 * Whether a file only shows what to write. What a script copies to where it is read is in effect until somebody edits
 * it, unless the copy lies there already.
 */
export function shownFiles({ declared }: Pick<Graph, 'declared'>): (file: string) => boolean {
  const written = new Set(declared.variables.map(({ value }) => value.span.file));
  const copied = new Set(
    copiesIn(declared.references, (path) => written.has(path)).flatMap(({ from, to }) =>
      written.has(to) ? [] : [from],
    ),
  );
  return (file) => isExample(file) && !copied.has(file);
}
