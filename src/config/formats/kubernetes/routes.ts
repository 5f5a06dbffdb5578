import type { Gate, Publication } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { entries, get, items, scalar } from '../../yaml/node.ts';
import { objectsNamed } from './found-by.ts';
import { ingressGate } from './ingress-gate.ts';
import type { KubernetesObject } from './objects.ts';
import { behind, type Cluster, sameNamespace } from './publish.ts';
import { policyGate } from './route-policies.ts';

/** What an Ingress or a route of this file publishes. */
export function ingressPublications(object: KubernetesObject, cluster: Cluster): readonly Publication[] {
  if (object.kind === 'Ingress') return ofIngress(object, cluster);
  if (ROUTES.test(object.kind)) return ofRoute(object, cluster);
  return object.kind === 'VirtualService' ? ofVirtualService(object, cluster) : [];
}

/** Of the Gateway API, Traefik and OpenShift. */
const ROUTES = /^((HTTP|GRPC|TLS|TCP)Route|IngressRoute|Route)$/;

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
  const tls = get(object.node, 'spec', 'tls') ? 'on' : gatewayTls(object, cluster);
  const policy = policyGate(object, cluster.objects);
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
    const front = policy.state === 'on' || gate.state === 'off' ? policy : gate;
    const backends = [...items(get(rule, 'backendRefs')), ...items(get(rule, 'services')), get(rule, 'to')];
    return backends.flatMap((backend) => {
      const name = scalar(get(backend, 'name'));
      return name
        ? through(object, name.text, scalar(get(backend, 'port'))?.text, { span: name.span, gate: front, tls }, cluster)
        : [];
    });
  });
}

/** What the listeners of its gateways speak, where these are told and agree. */
function gatewayTls(route: KubernetesObject, { objects }: Cluster): Front['tls'] {
  const parents = items(get(route.node, 'spec', 'parentRefs'));
  const spoken = parents.flatMap((parent) => {
    const [gateway] = objectsNamed('Gateway', scalar(get(parent, 'name'))?.text, objects);
    const section = scalar(get(parent, 'sectionName'))?.text;
    return items(get(gateway?.node, 'spec', 'listeners'))
      .filter((one) => section === undefined || scalar(get(one, 'name'))?.text === section)
      .map((one) => /^(HTTPS|TLS)$/.test(scalar(get(one, 'protocol'))?.text ?? ''));
  });
  if (spoken.length === 0 || spoken.length < parents.length) return 'unknown';
  return spoken.every((secure) => secure) ? 'on' : spoken.some((secure) => secure) ? 'unknown' : 'off';
}

/** Of Istio: without a gateway, or with `mesh` alone, it concerns traffic inside (https://istio.io/latest/docs/reference/config/networking/virtual-service/). */
function ofVirtualService(object: KubernetesObject, cluster: Cluster): readonly Publication[] {
  const gateways = items(get(object.node, 'spec', 'gateways')).map((one) => scalar(one)?.text ?? '');
  if (!gateways.some((name) => name !== '' && name !== 'mesh')) return [];
  const gate = policyGate(object, cluster.objects);
  return ['http', 'tls', 'tcp'].flatMap((protocol) =>
    items(get(object.node, 'spec', protocol)).flatMap((rule) =>
      items(get(rule, 'route')).flatMap((route) => {
        const host = scalar(get(route, 'destination', 'host'));
        if (!host) return [];
        const port = scalar(get(route, 'destination', 'port', 'number'))?.text;
        const [name = ''] = host.text.split('.');
        return through(object, name, port, { span: host.span, gate, tls: 'unknown' }, cluster);
      }),
    ),
  );
}

type Front = Pick<Publication, 'span' | 'gate' | 'tls'>;

function through(
  object: KubernetesObject,
  service: string,
  port: string | undefined,
  front: Front,
  { objects, pods }: Cluster,
): readonly Publication[] {
  const found = objectsNamed('Service', service, objects).find((candidate) => sameNamespace(candidate, object));
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
