import { known, type Value, written } from '../deployment/value.ts';
import { get, items, scalar, type YamlNode } from '../yaml/node.ts';
import { fromTree } from './from-tree.ts';
import type { TraefikPart, TraefikSetting } from './setting.ts';

/** Custom resources whose `spec` is told to Traefik as it stands. */
const PLAIN: ReadonlyMap<string, readonly string[]> = new Map([
  ['Middleware', ['http', 'middlewares']],
  ['ServersTransport', ['http', 'serverstransports']],
  ['TLSOption', ['tls', 'options']],
]);

/** What a Kubernetes object tells Traefik, or null when it tells nothing (https://doc.traefik.io/traefik/routing/providers/kubernetes-crd/). */
export function fromResource(node: YamlNode, example: boolean): TraefikPart | null {
  if (!/^traefik\./.test(scalar(get(node, 'apiVersion'))?.text ?? '')) return null;
  const kind = scalar(get(node, 'kind'))?.text ?? '';
  const name = (scalar(get(node, 'metadata', 'name'))?.text ?? '').toLowerCase();
  const spec = get(node, 'spec');
  if (!spec) return null;
  const prefix = PLAIN.get(kind);
  if (prefix) {
    const settings = fromTree(spec).map((one) => ({ ...one, path: [...prefix, name, ...one.path] }));
    return { settings, container: null, span: node.span, example };
  }
  return kind === 'IngressRoute' ? { settings: routers(spec, name), container: null, span: node.span, example } : null;
}

function routers(spec: YamlNode, name: string): readonly TraefikSetting[] {
  const shared = fromTree(spec).filter(({ path }) => path[0] === 'entrypoints' || path[0] === 'tls');
  return items(get(spec, 'routes')).flatMap((route, index) => {
    const router = ['http', 'routers', `${name}-${index}`];
    const settings: TraefikSetting[] = shared.map((one) => ({ ...one, path: [...router, ...one.path] }));
    const rule = scalar(get(route, 'match'));
    if (rule) settings.push({ path: [...router, 'rule'], values: [written(rule.text, rule.span)], span: rule.span });
    const middlewares = items(get(route, 'middlewares')).flatMap((item) => {
      const called = scalar(get(item, 'name'));
      return called ? [written(called.text, called.span)] : [];
    });
    if (middlewares.length > 0)
      settings.push({ path: [...router, 'middlewares'], values: middlewares, span: route.span });
    for (const [number, service] of items(get(route, 'services')).entries()) {
      const own = ownService(service);
      if (own) settings.push({ path: [...router, 'service'], values: [own], span: own.span });
      const url = urlOf(service);
      if (!url) continue;
      const path = ['http', 'services', `${name}-${index}`, 'loadbalancer', `servers[${number}]`, 'url'];
      const reference = {
        path: [...router, 'service'],
        values: [{ ...url, text: `${name}-${index}` }],
        span: url.span,
      };
      settings.push({ path, values: [url], span: url.span }, reference);
    }
    return settings;
  });
}

/** `kind: TraefikService` with `api@internal`: what Traefik brings itself. */
function ownService(service: YamlNode): Value | null {
  const name = scalar(get(service, 'name'));
  const isOwn = scalar(get(service, 'kind'))?.text === 'TraefikService' && name?.text.endsWith('@internal');
  return name && isOwn ? written(name.text, name.span) : null;
}

function urlOf(service: YamlNode): Value | null {
  const name = scalar(get(service, 'name'));
  if (!name || scalar(get(service, 'kind'))?.text === 'TraefikService') return null;
  const port = scalar(get(service, 'port'))?.text;
  const scheme = scalar(get(service, 'scheme'))?.text ?? (port === '443' ? 'https' : 'http');
  const value = written(name.text, name.span);
  return known(value) === undefined ? null : { ...value, text: `${scheme}://${name.text}${port ? `:${port}` : ''}` };
}
