import { groupBy } from '../../../model/group-by.ts';
import { get, items } from '../../yaml/node.ts';
import type { KubernetesObject } from './objects.ts';
import { type PodTemplate, selects, textMap } from './pod.ts';

/*
 * What objects of a file find each other by. Each list is gone through once, however many ask: a file may hold thousands
 * of Services and as many workloads.
 */

const named = new WeakMap<readonly KubernetesObject[], ReadonlyMap<string, readonly KubernetesObject[]>>();

/** In the order in which they stand. */
export function objectsNamed(
  kind: string,
  name: string | undefined,
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const known = named.get(objects) ?? groupBy(objects, (object) => `${object.kind}\n${object.name}`);
  named.set(objects, known);
  return name === undefined ? [] : (known.get(`${kind}\n${name}`) ?? []);
}

const labelled = new WeakMap<readonly PodTemplate[], ReadonlyMap<string, readonly PodTemplate[]>>();

/** Pods that a selector chooses; an empty one chooses none. */
export function podsSelected(
  selector: ReadonlyMap<string, string>,
  pods: readonly PodTemplate[],
): readonly PodTemplate[] {
  const known = labelled.get(pods) ?? byLabel(pods, ({ labels }) => labels);
  labelled.set(pods, known);
  const candidates = [...selector].map(([name, value]) => known.get(label(name, value)) ?? []);
  const fewest = candidates.reduce((least, some) => (some.length < least.length ? some : least), candidates[0] ?? []);
  return fewest.filter(({ labels }) => selects(selector, labels));
}

interface Policies {
  /** By the first label that they ask for. */
  readonly byLabel: ReadonlyMap<string, readonly KubernetesObject[]>;
  /** For every pod. */
  readonly forAll: readonly KubernetesObject[];
  readonly order: ReadonlyMap<KubernetesObject, number>;
}

const policies = new WeakMap<readonly KubernetesObject[], Policies>();

/** Network policies of which a selector chooses the pod, in the order in which they stand. */
export function networkPoliciesOf(
  { labels }: PodTemplate,
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const known = policies.get(objects) ?? policiesAmong(objects);
  policies.set(objects, known);
  const asking = [...labels].flatMap(([name, value]) => known.byLabel.get(label(name, value)) ?? []);
  return [...known.forAll, ...asking.filter((policy) => selects(selectorOf(policy), labels))].sort(
    (a, b) => (known.order.get(a) ?? 0) - (known.order.get(b) ?? 0),
  );
}

function policiesAmong(objects: readonly KubernetesObject[]): Policies {
  const all = objects.filter(
    ({ kind, node }) =>
      kind === 'NetworkPolicy' && items(get(node, 'spec', 'podSelector', 'matchExpressions')).length === 0,
  );
  const first = (policy: KubernetesObject) => new Map([...selectorOf(policy)].slice(0, 1));
  return {
    byLabel: byLabel(all, first),
    forAll: all.filter((policy) => selectorOf(policy).size === 0),
    order: new Map(all.map((policy, place) => [policy, place])),
  };
}

function selectorOf({ node }: KubernetesObject): ReadonlyMap<string, string> {
  return textMap(get(node, 'spec', 'podSelector', 'matchLabels'));
}

function byLabel<T>(
  all: readonly T[],
  labelsOf: (one: T) => ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly T[]> {
  const pairs = all.flatMap((one) => [...labelsOf(one)].map(([name, value]) => ({ key: label(name, value), one })));
  const groups = groupBy(pairs, ({ key }) => key);
  return new Map([...groups].map(([key, found]) => [key, found.map(({ one }) => one)]));
}

function label(name: string, value: string): string {
  return `${name}\n${value}`;
}
