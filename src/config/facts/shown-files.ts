import type { Graph } from '../deployment/graph.ts';
import { known } from '../deployment/value.ts';
import { isExample, resolveFrom } from '../source/paths.ts';

/**
 * Whether a file only shows what to write. What a script copies to where it is read is in effect until somebody edits
 * it, unless the copy lies there already.
 */
export function shownFiles({ declared }: Pick<Graph, 'declared'>): (file: string) => boolean {
  const written = new Set(declared.variables.map(({ value }) => value.span.file));
  const copied = new Set<string>();
  for (const { role, path, target, span } of declared.references) {
    if (role !== 'copy-of') continue;
    const [from, to] = [path, target].map((value) => {
      const text = known(value);
      return text === undefined ? null : resolveFrom(span.file, text);
    });
    if (from && !(to && written.has(to))) copied.add(from);
  }
  return (file) => isExample(file) && !copied.has(file);
}
