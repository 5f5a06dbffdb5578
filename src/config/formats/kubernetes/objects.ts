import type { Span } from '../../../model/span.ts';
import { unresolved, type Value } from '../../deployment/value.ts';
import type { SourceText } from '../../source/source-text.ts';
import { get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ReadContext } from '../format.ts';
import { covered, isCovered, isTemplate, templateDefault, valuesPath } from './template.ts';

/** One document of a manifest. */
export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly node: YamlNode;
  readonly source: SourceText;
}

export interface Manifest {
  readonly objects: readonly KubernetesObject[];
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

/** A directory is read as one: a Service and what it selects rarely share a file. */
const read = new WeakMap<SourceText, Manifest>();

export function manifestOf(source: SourceText): Manifest {
  const known = read.get(source);
  if (known) return known;
  const template = isTemplate(source.text);
  const { documents, troubles } = readYaml(template ? covered(source) : source);
  const objects = documents.flatMap((document) => objectsIn(document, source));
  // What is no YAML under its placeholders is no mistake of the file.
  const manifest = { objects, troubles: template ? [] : troubles };
  read.set(source, manifest);
  return manifest;
}

function objectsIn(node: YamlNode | null, source: SourceText): readonly KubernetesObject[] {
  const kind = scalar(get(node, 'kind'))?.text;
  if (!node || kind === undefined) return [];
  if (kind === 'List') return items(get(node, 'items')).flatMap((item) => objectsIn(item, source));
  return [
    {
      kind,
      name: scalar(get(node, 'metadata', 'name'))?.text ?? kind,
      namespace: scalar(get(node, 'metadata', 'namespace'))?.text ?? '',
      node,
      source,
    },
  ];
}

const MOST_NEIGHBOURS = 100;

/** The objects of a file, and those that stand beside it in its directory. */
export async function objectsAround(source: SourceText, context: ReadContext): Promise<readonly KubernetesObject[]> {
  const names = ((await context.neighbours('.')) ?? [])
    .filter((name) => /\.ya?ml$/i.test(name))
    .slice(0, MOST_NEIGHBOURS);
  const around: KubernetesObject[] = [...manifestOf(source).objects];
  for (const name of names) {
    const beside = await context.neighbour(name);
    if (beside && beside.file !== source.file && /^kind:/m.test(beside.text))
      around.push(...manifestOf(beside).objects);
  }
  return around;
}

/** Values of a manifest; of a chart's template as `values.yaml` has them. */
export type Values = (node: YamlScalar) => Value;

export async function valuesFor(source: SourceText, context: ReadContext): Promise<Values> {
  const chart = isTemplate(source.text) ? await chartValues(context) : null;
  return (node) => {
    const plain: Value = { kind: 'explicit', text: node.text, span: node.span, via: [] };
    if (!isCovered(node.text)) return plain;
    const written = source.text.slice(node.span.start, node.span.end);
    const path = valuesPath(written.trim());
    const found = path && chart ? scalar(get(chart, ...path)) : undefined;
    if (found && found.text !== '') return { kind: 'default', text: found.text, span: node.span, via: [found.span] };
    const fallback = templateDefault(written);
    if (fallback !== null) return { kind: 'default', text: fallback, span: node.span, via: [] };
    return unresolved(written, node.span, 'is filled in by the chart');
  };
}

async function chartValues(context: ReadContext): Promise<YamlNode | null> {
  for (const path of ['../values.yaml', '../../values.yaml', '../values.yml']) {
    const source = await context.neighbour(path);
    if (source) return readYaml(source).documents[0] ?? null;
  }
  return null;
}
