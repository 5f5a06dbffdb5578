import { type Declarations, NO_DECLARATIONS, type Variable } from '../../deployment/declarations.ts';
import { fromResource } from '../../traefik/from-resource.ts';
import { get, scalar } from '../../yaml/node.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { switchesIn } from '../settings/verification.ts';
import { dataEntries, decoded } from './environment.ts';
import { type KubernetesObject, manifestOf, objectsAround, valuesFor } from './objects.ts';
import { podsOf } from './pod.ts';
import { type Cluster, servicePublications } from './publish.ts';
import { ingressPublications } from './routes.ts';
import { hostPorts, processesOf, secretModes } from './workloads.ts';

export const kubernetes: ConfigFormat = {
  async read(source, context) {
    const { objects, troubles } = manifestOf(source);
    const values = await valuesFor(source, context);
    const around = await objectsAround(source, context);
    const cluster: Cluster = { objects: around, pods: podsOf(around), values };
    const own = podsOf(objects);
    const nested = await Promise.all(
      objects.filter(({ kind }) => kind === 'ConfigMap').flatMap((object) => nestedFiles(object, context)),
    );
    return {
      ...NO_DECLARATIONS,
      processes: own.flatMap((pod) => processesOf(pod, around, values, context)),
      publications: [
        ...own.flatMap((pod) => hostPorts(pod, values)),
        ...objects.filter(({ kind }) => kind === 'Service').flatMap((service) => servicePublications(service, cluster)),
        ...objects.flatMap((object) => ingressPublications(object, cluster)),
        ...nested.flatMap(({ publications }) => publications),
      ],
      modes: own.flatMap((pod) => secretModes(pod, values)),
      proxies: nested.flatMap(({ proxies }) => proxies),
      tls: nested.flatMap(({ tls }) => tls),
      clients: [
        ...nested.flatMap(({ clients }) => clients),
        ...switchesIn(
          objects.filter(isResourceOfOthers).map(({ node }) => node),
          source.text,
        ),
      ],
      settings: nested.flatMap(({ settings }) => settings),
      variables: objects.filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap').flatMap(variablesOf),
      traefik: objects.flatMap(({ node }) => fromResource(node, context.example) ?? []),
      troubles,
    };
  },
};

/** A ServiceMonitor, an APIService: what some controller is told. Traefik's and variables are read by readers of their own. */
function isResourceOfOthers({ kind, node }: KubernetesObject): boolean {
  const group = scalar(get(node, 'apiVersion'))?.text ?? '';
  return group.includes('.') && kind !== 'CustomResourceDefinition' && !/^traefik\.(io|containo\.us)\//.test(group);
}

/** Single settings; what is a file of its own is read as such. */
function variablesOf(object: KubernetesObject): readonly Variable[] {
  return dataEntries(object).flatMap(({ key, node, encoded }) => {
    if (node.style === 'block' && /[./]/.test(key) && object.kind === 'ConfigMap') return [];
    return [
      {
        name: key,
        value: { kind: 'explicit', text: encoded ? decoded(node.text) : node.text, span: node.span, via: [] } as const,
      },
    ];
  });
}

function nestedFiles(object: KubernetesObject, context: ReadContext): readonly Promise<Declarations>[] {
  return dataEntries(object)
    .filter(({ key, node }) => node.style === 'block' && key.includes('.'))
    .map(({ key, node }) =>
      context.nested(null, { source: object.source, text: node.text, offsets: node.offset, name: key, variables: [] }),
    );
}
