import type { DeclaredProcess, Variable } from '../../deployment/declarations.ts';
import { unresolved, type Value } from '../../deployment/value.ts';
import { get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { objectsNamed } from './found-by.ts';
import type { KubernetesObject, Values } from './objects.ts';

interface Environment {
  readonly variables: readonly Variable[];
  readonly unseen: DeclaredProcess['unseenEnvironment'];
}

/** `env` and `envFrom` of a container, filled from the ConfigMaps and Secrets that stand beside it. */
export function environmentOf(container: YamlNode, objects: readonly KubernetesObject[], values: Values): Environment {
  const found = new Map<string, Variable>();
  const unseen: { name: string | null; span: YamlNode['span'] }[] = [];
  for (const item of items(get(container, 'envFrom'))) {
    const reference = get(item, 'configMapRef') ?? get(item, 'secretRef');
    const kind = get(item, 'configMapRef') ? 'ConfigMap' : 'Secret';
    const prefix = scalar(get(item, 'prefix'))?.text ?? '';
    const data = dataOf(objects, kind, scalar(get(reference, 'name'))?.text);
    if (data === null) unseen.push({ name: null, span: item.span });
    else for (const [name, value] of data) found.set(prefix + name, { name: prefix + name, value });
  }
  for (const item of items(get(container, 'env'))) {
    const name = scalar(get(item, 'name'))?.text;
    if (name === undefined) continue;
    found.set(name, { name, value: valueFor(item, objects, values) });
  }
  return { variables: [...found.values()], unseen };
}

function valueFor(item: YamlNode, objects: readonly KubernetesObject[], values: Values): Value {
  const value = scalar(get(item, 'value'));
  if (value) return values(value);
  const from = get(item, 'valueFrom');
  if (!from) return { kind: 'explicit', text: '', span: get(item, 'value')?.span ?? item.span, via: [] };
  for (const [field, kind] of [
    ['configMapKeyRef', 'ConfigMap'],
    ['secretKeyRef', 'Secret'],
  ] as const) {
    const reference = get(from, field);
    const key = scalar(get(reference, 'key'));
    if (!reference || !key) continue;
    const found = dataOf(objects, kind, scalar(get(reference, 'name'))?.text)?.get(key.text);
    if (found) return { ...found, span: key.span, via: [found.span] };
    // That it is set is known, what to is not.
    return unresolved(`${kind}/${key.text}`, key.span, `stands in a ${kind} that is not here`);
  }
  return unresolved('fieldRef', from.span, 'is known when the pod runs');
}

/** `data` and `stringData`; null when no such object is there. */
export function dataOf(
  objects: readonly KubernetesObject[],
  kind: 'ConfigMap' | 'Secret',
  name: string | undefined,
): ReadonlyMap<string, Value> | null {
  const object = objectsNamed(kind, name, objects)[0];
  if (!object) return null;
  const data = new Map<string, Value>();
  for (const { key, node, encoded } of dataEntries(object)) {
    data.set(key, { kind: 'explicit', text: encoded ? decoded(node.text) : node.text, span: node.span, via: [] });
  }
  return data;
}

export function dataEntries(
  object: KubernetesObject,
): readonly { readonly key: string; readonly node: YamlScalar; readonly encoded: boolean }[] {
  return (['data', 'stringData'] as const).flatMap((field) => {
    const node = get(object.node, field);
    if (node?.kind !== 'map') return [];
    return node.entries.flatMap(({ key, value }) => {
      const text = scalar(value);
      return text ? [{ key, node: text, encoded: object.kind === 'Secret' && field === 'data' }] : [];
    });
  });
}

export function decoded(text: string): string {
  const compact = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : text;
}
