import { get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { KubernetesObject } from './objects.ts';

/** A workload's pods: what they run, and the labels they are found by. */
export interface PodTemplate {
  readonly owner: KubernetesObject;
  readonly spec: YamlNode;
  readonly labels: ReadonlyMap<string, string>;
  /** Runs now and then, or not at all (`replicas: 0`). */
  readonly optional: boolean;
}

const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
  'DeploymentConfig',
  'Rollout',
]);

export function podsOf(objects: readonly KubernetesObject[]): readonly PodTemplate[] {
  return objects.flatMap((owner): readonly PodTemplate[] => {
    if (!WORKLOADS.has(owner.kind)) return [];
    const template =
      owner.kind === 'Pod'
        ? owner.node
        : get(owner.node, 'spec', ...(owner.kind === 'CronJob' ? ['jobTemplate', 'spec'] : []), 'template');
    const spec = get(template, 'spec');
    if (!spec) return [];
    const optional = owner.kind === 'CronJob' || scalar(get(owner.node, 'spec', 'replicas'))?.text === '0';
    return [{ owner, spec, labels: textMap(get(template, 'metadata', 'labels')), optional }];
  });
}

export function containersOf({ spec }: PodTemplate): readonly YamlNode[] {
  return items(get(spec, 'containers'));
}

export function textMap(node: YamlNode | undefined): ReadonlyMap<string, string> {
  if (node?.kind !== 'map') return new Map();
  return new Map(node.entries.map(({ key, value }) => [key, scalar(value)?.text ?? '']));
}

/** Whether a selector chooses pods with these labels; an empty one chooses none. */
export function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  return selector.size > 0 && [...selector].every(([name, value]) => labels.get(name) === value);
}

export function processId({ owner }: PodTemplate, container: YamlNode): string {
  const name = scalar(get(container, 'name'))?.text ?? 'container';
  return `${owner.source.file}#${owner.kind}/${owner.name}/${name}`;
}

/** `containerPort` of a container by name or number. */
export function containerPort(container: YamlNode, wanted: string): string | null {
  const ports = items(get(container, 'ports'));
  const found = ports.find(
    (port) => scalar(get(port, 'name'))?.text === wanted || scalar(get(port, 'containerPort'))?.text === wanted,
  );
  return scalar(get(found, 'containerPort'))?.text ?? (/^\d+$/.test(wanted) ? wanted : null);
}
