import type { Value } from '../../deployment/value.ts';
import { interpolate } from '../../source/interpolation.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';

export interface FlatSetting {
  /** Keys from the outside in, dots between. */
  readonly setting: string;
  readonly value: Value;
}

const MOST = 5_000;
const DEEPEST = 20;

/** Every scalar of a document by its dotted path; a list of scalars as one value. */
export function flatten(node: YamlNode | null): FlatSetting[] {
  const found: FlatSetting[] = [];
  const visit = (at: YamlNode, path: string, depth: number): void => {
    if (found.length >= MOST || depth > DEEPEST) return;
    if (at.kind === 'scalar') {
      if (path !== '') found.push({ setting: path, value: scalarValue(at) });
    } else if (at.kind === 'map') {
      for (const { key, value } of at.entries) visit(value, path === '' ? key : `${path}.${key}`, depth + 1);
    } else {
      const scalars = at.items.filter((item) => item.kind === 'scalar');
      if (scalars.length === at.items.length && scalars.length > 0)
        found.push({ setting: path, value: listValue(scalars) });
      else for (const item of at.items) visit(item, path, depth + 1);
    }
  };
  if (node) visit(node, '', 0);
  return found;
}

export function scalarValue(node: YamlScalar): Value {
  // LiteLLM's way to say that a variable holds it.
  const [, variable] = /^os\.environ\/(\w+)$/.exec(node.text) ?? [];
  if (variable)
    return { kind: 'unresolved', text: node.text, span: node.span, via: [], why: `${variable} is not set in any file` };
  if (/\{\{|<%|^@\w+@$/.test(node.text))
    return { kind: 'unresolved', text: node.text, span: node.span, via: [], why: 'a template fills it in' };
  return interpolate({ text: node.text, file: node.span.file, offset: (index) => node.offset(index) }, () => undefined);
}

function listValue(items: readonly YamlScalar[]): Value {
  const values = items.map(scalarValue);
  const [first] = values;
  if (values.length === 1 && first) return first;
  const file = items[0]?.span.file ?? '';
  const span = { file, start: items[0]?.span.start ?? 0, end: items.at(-1)?.span.end ?? 0 };
  return { kind: 'explicit', text: values.map((value) => value.text).join(', '), span, via: [] };
}
