import type { Gate } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { entries, get, items, scalar, type YamlEntry } from '../../yaml/node.ts';
import type { KubernetesObject } from './objects.ts';
import { sameNamespace } from './publish.ts';

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

export function policyGate(route: KubernetesObject, objects: readonly KubernetesObject[]): Gate {
  const found = objects.filter((one) => PERHAPS.test(one.kind) && sameNamespace(one, route) && concerns(one, route));
  const asking = found.flatMap(({ kind, node }) =>
    kind === 'SecurityPolicy' ? entries(get(node, 'spec')).filter(asks) : [],
  );
  if (asking.length > 0)
    return {
      state: 'on',
      kinds: [...new Set(asking.flatMap(({ key }) => ASKS[key] ?? []))],
      because: asking.map(({ keySpan, key }) => ({ span: keySpan, text: key })),
    };
  const because = found.map(({ node, kind, name }) => ({
    span: node.span,
    text: `${kind} ${name} may ask for credentials`,
  }));
  return because.length > 0 ? { state: 'unknown', kinds: [], because } : OPEN;
}

function asks({ key, value }: YamlEntry): boolean {
  return Object.hasOwn(ASKS, key) && scalar(get(value, 'optional'))?.text !== 'true';
}

/** Istio's policies name no route: they are for all of a namespace, or for what a selector finds. */
function concerns({ kind, node }: KubernetesObject, route: KubernetesObject): boolean {
  if (route.kind === 'VirtualService') return /^(AuthorizationPolicy|RequestAuthentication)$/.test(kind);
  const parents = items(get(route.node, 'spec', 'parentRefs')).map((one) => scalar(get(one, 'name'))?.text);
  const single = get(node, 'spec', 'targetRef');
  const targets = [...(single ? [single] : []), ...items(get(node, 'spec', 'targetRefs'))];
  return targets.some((target) => {
    const [of, name] = [scalar(get(target, 'kind'))?.text, scalar(get(target, 'name'))?.text];
    return (of === route.kind && name === route.name) || (of === 'Gateway' && parents.includes(name));
  });
}
