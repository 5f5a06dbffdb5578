import { groupBy } from '../../../model/group-by.ts';
import type { Gate } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { entries, get, items, scalar, type YamlEntry } from '../../yaml/node.ts';
import type { KubernetesObject } from './objects.ts';

/*
 * Policies that are attached to a route or to its gateway from outside of it.
 */

/** Fields of Envoy Gateway's SecurityPolicy that ask callers for something (https://gateway.envoyproxy.io/docs/api/extension_types/#securitypolicyspec). */
const ASKS: Readonly<Record<string, string>> = {
  basicAuth: 'basic',
  apiKeyAuth: 'api-key',
  oidc: 'oauth',
  jwt: 'jwt',
  extAuth: 'forward-auth',
};
/** Kuadrant, Istio, kgateway and the like: what they ask stands in words of their own. */
const PERHAPS = /Auth|Security|RequestAuthentication/;

/** What is told of each of many. */
const MOST_REASONS = 5;

export function policyGate(route: KubernetesObject, objects: readonly KubernetesObject[]): Gate {
  const known = policies.get(objects) ?? { among: policiesAmong(objects), gates: new Map() };
  policies.set(objects, known);
  const targets = targetsOf(route);
  const alike = [route.namespace, ...targets].join('\n\n');
  const gate = known.gates.get(alike) ?? gateFor(targets, route.namespace, known.among);
  known.gates.set(alike, gate);
  return gate;
}

function gateFor(targets: readonly string[], namespace: string, among: Among): Gate {
  const found = [
    ...new Set(
      targets.flatMap((target) => {
        const attached = among.get(target) ?? new Map<string, readonly KubernetesObject[]>();
        return namespace === ''
          ? [...attached.values()].flat()
          : ['', namespace].flatMap((name) => attached.get(name) ?? []);
      }),
    ),
  ];
  const asking = found.flatMap(({ kind, node }) =>
    kind === 'SecurityPolicy' ? entries(get(node, 'spec')).filter(asks) : [],
  );
  if (asking.length > 0)
    return {
      state: 'on',
      kinds: [...new Set(asking.flatMap(({ key }) => ASKS[key] ?? []))],
      because: asking.slice(0, MOST_REASONS).map(({ keySpan, key }) => ({ span: keySpan, text: key })),
    };
  const because = found.slice(0, MOST_REASONS).map(({ node, kind, name }) => ({
    span: node.span,
    text: `${kind} ${name} may ask for credentials`,
  }));
  return because.length > 0 ? { state: 'unknown', kinds: [], because } : OPEN;
}

function asks({ key, value }: YamlEntry): boolean {
  return Object.hasOwn(ASKS, key) && scalar(get(value, 'optional'))?.text !== 'true';
}

/** Policies by what they are attached to, then by their namespace. */
type Among = ReadonlyMap<string, ReadonlyMap<string, readonly KubernetesObject[]>>;

/** Read once for all routes, since a file may hold thousands of both; routes of one gateway have one gate. */
const policies = new WeakMap<
  readonly KubernetesObject[],
  { readonly among: Among; readonly gates: Map<string, Gate> }
>();

function policiesAmong(objects: readonly KubernetesObject[]): Among {
  const pairs = objects
    .filter(({ kind }) => PERHAPS.test(kind))
    .flatMap((policy) => attachedTo(policy).map((target) => ({ target, policy })));
  return new Map(
    [...groupBy(pairs, ({ target }) => target)].map(([target, found]) => [
      target,
      groupBy(
        found.map(({ policy }) => policy),
        ({ namespace }) => namespace,
      ),
    ]),
  );
}

/** Istio's policies name no route: they are for all of a namespace, or for what a selector finds. */
const MESH = 'mesh';

function attachedTo({ kind, node }: KubernetesObject): readonly string[] {
  const single = get(node, 'spec', 'targetRef');
  const references = [...(single ? [single] : []), ...items(get(node, 'spec', 'targetRefs'))];
  const named = references.map((one) => target(scalar(get(one, 'kind'))?.text, scalar(get(one, 'name'))?.text));
  return /^(AuthorizationPolicy|RequestAuthentication)$/.test(kind) ? [MESH, ...named] : named;
}

function targetsOf({ kind, name, node }: KubernetesObject): readonly string[] {
  if (kind === 'VirtualService') return [MESH];
  const parents = items(get(node, 'spec', 'parentRefs')).map((one) => scalar(get(one, 'name'))?.text);
  return [target(kind, name), ...parents.map((parent) => target('Gateway', parent))];
}

function target(kind: string | undefined, name: string | undefined): string {
  return `${kind}\n${name}`;
}
