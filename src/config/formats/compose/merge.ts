import type { YamlEntry, YamlList, YamlMap, YamlNode } from '../../yaml/node.ts';

/*
 * How Compose lays one file over another (docs.docker.com/reference/compose-file/merge): mappings key by key, sequences
 * one after the other, but what is one thing is replaced. `!reset` takes away, `!override` replaces.
 */

/** One thing, though it is written as a sequence. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);
/** Sequences of `key=value` that may also be mappings: merged by key. */
const KEYED = new Set(['environment', 'labels', 'args', 'sysctls', 'annotations', 'extra_hosts']);

export function overlay(base: YamlNode, over: YamlNode, key = ''): YamlNode {
  if (over.tag === '!override' || REPLACED.has(key)) return over;
  if (over.kind === 'scalar' && over.value === null && base.kind !== 'scalar') return base;
  if (KEYED.has(key)) return listOf(base, over);
  if (base.kind === 'map' && over.kind === 'map') return overlayMap(base, over);
  if (base.kind === 'list' && over.kind === 'list') return { ...over, items: [...base.items, ...over.items] };
  if (key === 'env_file' || key === 'networks' || key === 'depends_on') return listOf(base, over);
  return over;
}

function overlayMap(base: YamlMap, over: YamlMap): YamlMap {
  const merged = new Map<string, YamlEntry>(base.entries.map((item) => [item.key, item]));
  for (const item of over.entries) {
    const below = merged.get(item.key);
    if (item.value.tag === '!reset') merged.delete(item.key);
    else merged.set(item.key, below ? { ...item, value: overlay(below.value, item.value, item.key) } : item);
  }
  return { ...over, entries: [...merged.values()] };
}

/** Both written out as a sequence, the base first; whoever reads it lets the later win. */
function listOf(base: YamlNode, over: YamlNode): YamlList {
  return { kind: 'list', items: [...pieces(base), ...pieces(over)], span: over.span, tag: null };
}

function pieces(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'scalar') return node.value === null ? [] : [node];
  return node.entries.map((item): YamlMap => ({ kind: 'map', entries: [item], span: item.span, tag: null }));
}
