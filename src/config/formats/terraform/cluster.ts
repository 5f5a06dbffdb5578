import type { Collector } from '../../deployment/collector.ts';
import type { Value } from '../../deployment/value.ts';
import { get, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import type { ReadContext } from '../format.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { podsOf } from '../kubernetes/pod.ts';
import { servicePublications } from '../kubernetes/publish.ts';
import { ingressPublications } from '../kubernetes/routes.ts';
import { hostPorts, processesOf, secretModes } from '../kubernetes/workloads.ts';
import type { Stretch } from './expressions.ts';
import type { Block, Hcl } from './hcl.ts';

/** Resources of hashicorp/kubernetes, with and without `_v1`; `kubernetes_manifest` says its kind itself. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['deployment', 'Deployment'],
  ['stateful_set', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['daemon_set', 'DaemonSet'],
  ['pod', 'Pod'],
  ['service', 'Service'],
  ['ingress', 'Ingress'],
  ['network_policy', 'NetworkPolicy'],
]);

/** Blocks that are elements of a list, and what Kubernetes calls the list. */
const LISTS: Readonly<Record<string, string>> = {
  container: 'containers',
  init_container: 'initContainers',
  volume: 'volumes',
  volume_mount: 'volumeMounts',
  env: 'env',
  env_from: 'envFrom',
  rule: 'rules',
  items: 'items',
  ingress: 'ingress',
  from: 'from',
};

type Lookup = (name: string) => Stretch | undefined;

/** What a file declares in a cluster, as the same objects that manifests hold. */
export function addCluster(
  blocks: readonly Block[],
  hcl: Hcl,
  lookup: Lookup,
  context: ReadContext,
  out: Collector,
): void {
  const known = new WeakMap<YamlScalar, Value>();
  const nodes = new Nodes(blocks, hcl, lookup, known);
  const objects = blocks.flatMap((block) => objectOf(block, nodes) ?? []);
  if (objects.length === 0) return;
  const values = (node: YamlScalar): Value =>
    known.get(node) ?? { kind: 'explicit', text: node.text, span: node.span, via: [] };
  const pods = podsOf(objects);
  const cluster = { objects, pods, values };
  for (const pod of pods) {
    out.processes.push(...processesOf(pod, objects, values, context));
    out.publications.push(...hostPorts(pod, values));
    out.modes.push(...secretModes(pod, values));
  }
  for (const object of objects) {
    if (object.kind === 'Service') out.publications.push(...servicePublications(object, cluster));
    out.publications.push(...ingressPublications(object, cluster));
  }
}

function objectOf(block: Block, nodes: Nodes): KubernetesObject | null {
  const [type = ''] = block.labels;
  if (!type.startsWith('kubernetes_') || block.type !== 'resource') return null;
  const manifest = block.attributes.get('manifest');
  const kind = KINDS.get(type.replace(/^kubernetes_|_v\d$/g, ''));
  const node = type === 'kubernetes_manifest' && manifest ? nodes.of(manifest) : kind ? nodes.ofBlock(block) : null;
  const text = (...path: readonly string[]): string => {
    const found = get(node, ...path);
    return found?.kind === 'scalar' ? found.text : '';
  };
  // What they hold is mostly put together elsewhere.
  if (!node || ['Secret', 'ConfigMap'].includes(text('kind'))) return null;
  return {
    kind: kind ?? text('kind'),
    name: text('metadata', 'name') || (block.labels[1] ?? ''),
    namespace: text('metadata', 'namespace'),
    node,
    source: nodes.source,
  };
}

const DEEPEST = 20;
/** Locals that name each other twice would double with each step. */
const MOST_NODES = 50_000;

/** HCL as the nodes that manifests are made of. */
class Nodes {
  /** By type and name; of two alike the first. */
  readonly #blocks: ReadonlyMap<string, Block>;
  readonly #hcl: Hcl;
  readonly #lookup: Lookup;
  readonly #values: WeakMap<YamlScalar, Value>;

  constructor(blocks: readonly Block[], hcl: Hcl, lookup: Lookup, values: WeakMap<YamlScalar, Value>) {
    this.#blocks = new Map(blocks.map((block) => [block.labels.slice(0, 2).join('.'), block] as const).toReversed());
    this.#hcl = hcl;
    this.#lookup = lookup;
    this.#values = values;
  }

  #made = 0;

  get source() {
    return this.#hcl.source;
  }

  ofBlock(block: Block, depth = 0): YamlMap {
    const entries: YamlEntry[] = [];
    if (depth < DEEPEST) {
      const types = new Set(block.blocks.map((one) => one.type));
      for (const [name, stretch] of block.attributes)
        if (!types.has(name)) entries.push(entryOf(camel(name), this.of(stretch, depth)));
      for (const type of types) {
        const all = block.blocks.filter((one) => one.type === type).map((one) => this.ofBlock(one, depth + 1));
        const [first] = all;
        const list = listName(type, block);
        if (list) entries.push(entryOf(list, { kind: 'list', items: all, span: first?.span ?? block.span, tag: null }));
        else if (first) entries.push(entryOf(camel(type), first));
      }
    }
    return { kind: 'map', entries, span: block.span, tag: null };
  }

  of(stretch: Stretch, depth = 0): YamlNode {
    const { text } = this.#hcl.source;
    const written = text.slice(stretch.from, stretch.to).trim();
    const span = this.#hcl.source.span(stretch.from, stretch.from + written.length);
    this.#made += 1;
    const further = depth < DEEPEST && this.#made < MOST_NODES;
    if (further && written.startsWith('{')) {
      const members = [...this.#hcl.object(stretch)].map(([key, value]) => entryOf(key, this.of(value, depth + 1)));
      return { kind: 'map', entries: members, span, tag: null };
    }
    if (further && written.startsWith('[')) {
      const items = this.#hcl.elements(stretch).map((one) => this.of(one, depth + 1));
      return { kind: 'list', items, span, tag: null };
    }
    const meant = further ? (this.#lookup(written) ?? this.#referred(written)) : undefined;
    return meant ? this.of(meant, depth + 1) : this.#scalar(stretch);
  }

  #scalar(stretch: Stretch): YamlScalar {
    const span = this.#hcl.source.span(stretch.from, stretch.to);
    const value = this.#hcl.value(stretch, this.#lookup) ?? {
      kind: 'unresolved' as const,
      text: '',
      span,
      via: [],
      why: 'is not understood',
    };
    const { text } = value;
    const plain = text === 'true' ? true : text === 'false' ? false : text;
    const node: YamlScalar = {
      kind: 'scalar',
      text,
      value: text === 'null' ? null : plain,
      style: 'plain',
      span: value.span,
      outer: span,
      tag: null,
      offset: (index) => value.span.start + index,
    };
    this.#values.set(node, value);
    return node;
  }

  /** `kubernetes_deployment.x.spec[0].template[0].metadata[0].labels.app` of the same file. */
  #referred(written: string): Stretch | undefined {
    const [type, label, ...path] = written
      .replace(/\[\s*"([^"]*)"\s*\]/g, '.$1')
      .replace(/\[\d+\]|\.0(?=\.|$)/g, '')
      .split('.');
    if (!type?.startsWith('kubernetes_')) return undefined;
    let block = this.#blocks.get(`${type}.${label}`);
    for (const [index, step] of path.entries()) {
      const inner = block?.blocks.find((one) => one.type === step);
      const attribute = inner ? undefined : block?.attributes.get(step);
      const [member] = path.slice(index + 1);
      if (attribute) return member === undefined ? attribute : this.#hcl.object(attribute).get(member);
      block = inner;
    }
    return undefined;
  }
}

function entryOf(key: string, value: YamlNode): YamlEntry {
  return { key, keySpan: value.span, value, span: value.span };
}

/** A `port` of a container or a Service is one of several, that of an Ingress' backend the only one; `path` the other way round. */
function listName(type: string, parent: Block): string | null {
  if (type === 'port') return /^(spec|container)$/.test(parent.type) ? 'ports' : null;
  if (type === 'path') return parent.type === 'http' ? 'paths' : null;
  if (type === 'ingress' && parent.type !== 'spec') return null;
  return Object.hasOwn(LISTS, type) ? (LISTS[type] ?? null) : null;
}

function camel(name: string): string {
  return name
    .replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
    .replace(/^externalIps$/, 'externalIPs');
}
