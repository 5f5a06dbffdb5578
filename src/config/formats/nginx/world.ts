import type { Directive } from './syntax.ts';
import type { VariableMap, World } from './variables.ts';

/** Maps and pools, from wherever in the file they stand; `found` runs patterns. */
export function worldOf(blocks: readonly (readonly Directive[])[], found: World['found']): World {
  const maps = new Map<string, VariableMap>();
  const upstreams = new Map<string, Directive>();
  for (const directive of blocks.flat()) {
    const { name, args, block } = directive;
    if (!block) continue;
    if (name === 'upstream' && args[0]) upstreams.set(args[0].text, directive);
    if (name !== 'map' && name !== 'geo') continue;
    const variable = args.at(-1)?.text ?? '';
    const source = args.length > 1 ? (args[0]?.text ?? '') : '$remote_addr';
    maps.set(variable.replace(/^\$/, ''), { kind: name, source, entries: block });
  }
  return { maps, upstreams, found };
}
