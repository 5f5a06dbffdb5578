import type { Gate, Publication } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { entry, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import { networkPoliciesOf, podsSelected } from './found-by.ts';
import type { KubernetesObject, Values } from './objects.ts';
import { containerPort, containersOf, type PodTemplate, processId, textMap } from './pod.ts';

/*
 * Who lets traffic in from outside of the cluster: Services of type NodePort and LoadBalancer here, Ingresses and routes
 * of gateways that lead to any Service in routes.ts. A ClusterIP alone publishes nothing.
 */

export interface Cluster {
  readonly objects: readonly KubernetesObject[];
  readonly pods: readonly PodTemplate[];
  readonly values: Values;
}

/** What a Service of this file publishes itself. */
export function servicePublications(
  service: KubernetesObject,
  { pods, objects, values }: Cluster,
): readonly Publication[] {
  const type = scalar(get(service.node, 'spec', 'type'));
  const outside = entry(get(service.node, 'spec'), 'externalIPs');
  const kind =
    type && values(type).text === 'LoadBalancer'
      ? 'load-balancer'
      : type && values(type).text === 'NodePort'
        ? 'node-port'
        : null;
  if (kind === null && !outside) return [];
  const span = kind === null ? (outside?.span ?? service.node.span) : (type?.span ?? service.node.span);
  return items(get(service.node, 'spec', 'ports')).flatMap((port) =>
    behind(service, port, pods).map(({ process, targetPort, pod }): Publication => {
      const number = kind === 'node-port' ? scalar(get(port, 'nodePort')) : scalar(get(port, 'port'));
      return {
        process,
        kind: kind ?? 'load-balancer',
        hostAddress: null,
        hostPort: number ? values(number) : null,
        targetPort: { kind: 'explicit', text: targetPort, span: port.span, via: [] },
        protocol: scalar(get(port, 'protocol'))?.text === 'UDP' ? 'udp' : 'tcp',
        span,
        loopbackEdit: null,
        gate: narrowed(service, pod, objects),
        tls: 'unknown',
      };
    }),
  );
}

interface Behind {
  readonly process: string;
  readonly targetPort: string;
  readonly pod: PodTemplate;
}

/** The containers that a port of a Service leads to. */
export function behind(service: KubernetesObject, port: YamlNode, pods: readonly PodTemplate[]): readonly Behind[] {
  const selector = textMap(get(service.node, 'spec', 'selector'));
  const wanted = scalar(get(port, 'targetPort'))?.text ?? scalar(get(port, 'port'))?.text ?? '';
  return podsSelected(selector, pods)
    .filter((pod) => sameNamespace(pod.owner, service))
    .flatMap((pod) => {
      const all = containersOf(pod);
      const declared = all.filter(
        (container) =>
          items(get(container, 'ports')).length > 0 &&
          containerPort(container, wanted) !== null &&
          declares(container, wanted),
      );
      const chosen = declared.length > 0 ? declared : all;
      return chosen.flatMap((container) => {
        const targetPort = containerPort(container, wanted);
        return targetPort === null ? [] : [{ process: processId(pod, container), targetPort, pod }];
      });
    });
}

function declares(container: YamlNode, wanted: string): boolean {
  return items(get(container, 'ports')).some(
    (port) => scalar(get(port, 'name'))?.text === wanted || scalar(get(port, 'containerPort'))?.text === wanted,
  );
}

export function sameNamespace(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.namespace === b.namespace || a.namespace === '' || b.namespace === '';
}

/** Source ranges of the Service, and policies that let no stranger through to the pod. */
function narrowed(service: KubernetesObject, pod: PodTemplate, objects: readonly KubernetesObject[]): Gate {
  const ranges = entry(get(service.node, 'spec'), 'loadBalancerSourceRanges');
  const listed = items(ranges?.value).map((item) => scalar(item)?.text ?? '');
  if (ranges && listed.length > 0 && !listed.includes('0.0.0.0/0')) {
    return {
      state: 'on',
      kinds: ['allow-list'],
      because: [{ span: ranges.span, text: 'lets these addresses in only' }],
    };
  }
  const policies = networkPoliciesOf(pod, objects).filter(
    (object) => sameNamespace(object, pod.owner) && appliesToIngress(object),
  );
  const closed = policies.length > 0 && policies.every((policy) => !admitsStrangers(policy));
  const [first] = policies;
  if (!closed || !first) return OPEN;
  return {
    state: 'on',
    kinds: ['network-policy'],
    because: [{ span: first.node.span, text: `NetworkPolicy ${first.name} lets only chosen peers in` }],
  };
}

function appliesToIngress({ node }: KubernetesObject): boolean {
  const types = items(get(node, 'spec', 'policyTypes')).map((item) => scalar(item)?.text);
  return types.length === 0 || types.includes('Ingress');
}

function admitsStrangers({ node }: KubernetesObject): boolean {
  return items(get(node, 'spec', 'ingress')).some((rule) => {
    const from = get(rule, 'from');
    if (!from || items(from).length === 0) return true;
    return items(from).some((peer) => /^(0\.0\.0\.0|::)\/0$/.test(scalar(get(peer, 'ipBlock', 'cidr'))?.text ?? ''));
  });
}
