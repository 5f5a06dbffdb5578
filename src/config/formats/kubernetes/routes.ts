import type { Gate, Publication } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { entries, get, items, scalar } from '../../yaml/node.ts';
import { ingressGate } from './ingress-gate.ts';
import type { KubernetesObject } from './objects.ts';
import { behind, type Cluster, sameNamespace } from './publish.ts';

/** What an Ingress or a route of this file publishes. */
export function ingressPublications(object: KubernetesObject, cluster: Cluster): readonly Publication[] {
  if (object.kind === 'Ingress') return ofIngress(object, cluster);
  if (object.kind === 'HTTPRoute' || object.kind === 'IngressRoute' || object.kind === 'Route')
    return ofRoute(object, cluster);
  return [];
}

function ofIngress(object: KubernetesObject, cluster: Cluster): readonly Publication[] {
  const gate = ingressGate(object);
  const tls = items(get(object.node, 'spec', 'tls')).length > 0 ? 'on' : 'off';
  const paths = items(get(object.node, 'spec', 'rules')).flatMap((rule) =>
    items(get(rule, 'http', 'paths')).map((path) => get(path, 'backend')),
  );
  return [...paths, get(object.node, 'spec', 'defaultBackend')].flatMap((backend) => {
    const name = scalar(get(backend, 'service', 'name')) ?? scalar(get(backend, 'serviceName'));
    const port =
      scalar(get(backend, 'service', 'port', 'number')) ??
      scalar(get(backend, 'service', 'port', 'name')) ??
      scalar(get(backend, 'servicePort'));
    return name ? through(object, name.text, port?.text, { span: name.span, gate, tls }, cluster) : [];
  });
}

function ofRoute(object: KubernetesObject, cluster: Cluster): readonly Publication[] {
  const tls = get(object.node, 'spec', 'tls') ? 'on' : 'unknown';
  const rules = items(get(object.node, 'spec', 'rules') ?? get(object.node, 'spec', 'routes'));
  const routes = rules.length > 0 ? rules : [get(object.node, 'spec')];
  return routes.flatMap((rule) => {
    const middle = get(rule, 'middlewares') ?? get(rule, 'filters');
    const gate: Gate = items(middle).some((item) =>
      /auth|oidc|jwt|ExtensionRef/i.test(JSON.stringify(entries(item).map(({ value }) => scalar(value)?.text ?? ''))),
    )
      ? {
          state: 'unknown',
          kinds: ['middleware'],
          because: middle ? [{ span: middle.span, text: 'may ask for credentials' }] : [],
        }
      : OPEN;
    const backends = [...items(get(rule, 'backendRefs')), ...items(get(rule, 'services')), get(rule, 'to')];
    return backends.flatMap((backend) => {
      const name = scalar(get(backend, 'name'));
      return name
        ? through(object, name.text, scalar(get(backend, 'port'))?.text, { span: name.span, gate, tls }, cluster)
        : [];
    });
  });
}

type Front = Pick<Publication, 'span' | 'gate' | 'tls'>;

function through(
  object: KubernetesObject,
  service: string,
  port: string | undefined,
  front: Front,
  { objects, pods }: Cluster,
): readonly Publication[] {
  const found = objects.find(
    (candidate) => candidate.kind === 'Service' && candidate.name === service && sameNamespace(candidate, object),
  );
  if (!found) return [];
  return items(get(found.node, 'spec', 'ports'))
    .filter(
      (one) => port === undefined || scalar(get(one, 'port'))?.text === port || scalar(get(one, 'name'))?.text === port,
    )
    .flatMap((one) =>
      behind(found, one, pods).map(
        ({ process, targetPort }): Publication => ({
          process,
          kind: 'ingress',
          hostAddress: null,
          hostPort: null,
          targetPort: { kind: 'explicit', text: targetPort, span: one.span, via: [] },
          protocol: 'tcp',
          loopbackEdit: null,
          ...front,
        }),
      ),
    );
}
