import type { Gate } from '../../deployment/declarations.ts';
import { OPEN } from '../../gates/gate.ts';
import { get, scalar, type YamlEntry } from '../../yaml/node.ts';
import type { KubernetesObject } from './objects.ts';

/*
 * What annotations ask of a caller before an Ingress passes on. Names as the controllers document them: ingress-nginx,
 * HAProxy, AWS load balancer, Traefik, Kong, GKE.
 */

const ON: readonly (readonly [RegExp, string, (value: string) => boolean])[] = [
  [/nginx\.(?:ingress\.kubernetes\.io|org)\/auth-type$/, 'basic', (value) => /basic|digest/.test(value)],
  [/nginx\.ingress\.kubernetes\.io\/auth-url$/, 'forward-auth', (value) => value !== ''],
  [/nginx\.ingress\.kubernetes\.io\/auth-tls-verify-client$/, 'mtls', (value) => value === 'on'],
  [/nginx\.org\/basic-auth-secret$/, 'basic', (value) => value !== ''],
  [
    /(?:whitelist|allowlist|allow-list)(?:-source-range)?$/,
    'allow-list',
    (value) => value !== '' && !/0\.0\.0\.0\/0/.test(value),
  ],
  [/haproxy(?:-ingress\.github\.io|\.org)\/auth-(?:type|url|secret)$/, 'basic', (value) => value !== ''],
  [/alb\.ingress\.kubernetes\.io\/auth-type$/, 'oauth', (value) => value === 'oidc' || value === 'cognito'],
];
/** Something is in the way; what it does stands elsewhere. */
const PERHAPS =
  /(?:router\.middlewares|konghq\.com\/plugins|kubernetes\.io\/auth-|nginx\.org\/policies|auth-signin|cloud\.google\.com\/.*backend-config)/;

export function ingressGate({ node }: KubernetesObject): Gate {
  const annotations = get(node, 'metadata', 'annotations');
  const entries = annotations?.kind === 'map' ? annotations.entries : [];
  const on = entries.flatMap((item) =>
    ON.filter(([name, , holds]) => name.test(item.key) && holds(text(item))).map(([, kind]) => ({ kind, item })),
  );
  if (on.length > 0) {
    return {
      state: 'on',
      kinds: [...new Set(on.map(({ kind }) => kind))],
      because: on.map(({ item }) => ({ span: item.span, text: item.key })),
    };
  }
  const perhaps = entries.filter(({ key }) => PERHAPS.test(key));
  if (perhaps.length === 0) return OPEN;
  return {
    state: 'unknown',
    kinds: [],
    because: perhaps.map((item) => ({ span: item.span, text: `${item.key} may ask for credentials` })),
  };
}

function text({ value }: YamlEntry): string {
  return scalar(value)?.text.trim() ?? '';
}
