import { unresolved, type Value, written } from '../deployment/value.ts';
import type { YamlNode, YamlScalar } from '../yaml/node.ts';
import type { TraefikSetting } from './setting.ts';

const DEEPEST = 30;
const MOST = 50_000;

/** A tree of settings as paths. */
export function fromTree(root: YamlNode): readonly TraefikSetting[] {
  const out: TraefikSetting[] = [];
  walk(root, [], out);
  return out;
}

function walk(node: YamlNode, path: readonly string[], out: TraefikSetting[]): void {
  if (path.length > DEEPEST || out.length > MOST) return;
  if (node.kind === 'map') {
    // An empty table is a setting of its own: `tls: {}` turns it on.
    if (node.entries.length === 0) out.push({ path, values: [], span: node.span });
    for (const { key, keySpan, value } of node.entries) {
      const inner = [...path, key.toLowerCase()];
      if (value.kind === 'scalar' && value.value === null) out.push({ path: inner, values: [], span: keySpan });
      else walk(value, inner, out);
    }
  } else if (node.kind === 'list') {
    const scalars = node.items.filter((item) => item.kind === 'scalar');
    if (scalars.length > 0) out.push({ path, values: scalars.map(valueAt), span: node.span });
    for (const [index, item] of node.items.entries()) {
      if (item.kind === 'scalar') continue;
      walk(item, [...path.slice(0, -1), `${path.at(-1) ?? ''}[${index}]`], out);
    }
  } else out.push({ path, values: [valueAt(node)], span: node.span });
}

function valueAt({ text, span }: YamlScalar): Value {
  return /\{\{|\$\{/.test(text) ? unresolved(text, span, 'a template fills it') : written(text, span);
}
