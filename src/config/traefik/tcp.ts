import type { DeclaredProxy, Gate, ProxyRoute } from '../deployment/declarations.ts';
import { known, type Value } from '../deployment/value.ts';
import { authority } from '../source/placed.ts';
import { first, has, type Named, type TraefikModel, values, withoutProvider } from './model.ts';
import { entryPointsOf, hostsOf, listenerOf } from './proxies.ts';

/** Routers of `tcp`: what comes in goes on as it is, so all that can stand in the way is a list of addresses or a certificate. */
export function tcpProxies(model: TraefikModel, owner: DeclaredProxy['span'] | null): readonly DeclaredProxy[] {
  return model.all('tcp', 'routers').flatMap((router): readonly DeclaredProxy[] => {
    const name = known(first(router, 'service'));
    const service = name === undefined ? undefined : model.named(name, 'tcp', 'services');
    const addresses =
      service?.settings.filter(({ path }) => path.at(-1) === 'address').flatMap((one) => one.values) ?? [];
    const [one] = addresses;
    if (!one) return [];
    const rule = first(router, 'rule');
    const tls = has(router, 'tls') && known(first(router, 'tls')) !== 'false';
    const route: ProxyRoute = {
      hosts: hostsOf(rule),
      path: '/',
      upstream: { scheme: 'tcp', targets: addresses.map(target), verify: null, span: one.span },
      gate: gateOf(router, model),
      span: rule?.span ?? router.span,
    };
    const listeners = entryPointsOf(router, model).map((entry) => listenerOf(entry, tls));
    return [
      { software: 'traefik', listeners, routes: [route], span: owner ?? router.span, example: router.part.example },
    ];
  });
}

function target(address: Value): ProxyRoute['upstream']['targets'][number] {
  if (address.kind === 'unresolved') return { host: address, port: null };
  const { host, port } = authority({ text: address.text, span: address.span });
  return {
    host: host ? { ...address, text: host.text, span: host.span } : address,
    port: port ? { ...address, text: port.text, span: port.span } : null,
  };
}

/** `ipAllowList` (`ipWhiteList` before v3), or `tls.options` that ask for a certificate. */
function gateOf(router: Named, model: TraefikModel): Gate {
  const named = values(router, 'middlewares').map((value) => ({
    value,
    middleware: model.named(withoutProvider(known(value) ?? ''), 'tcp', 'middlewares'),
  }));
  const unseen = named.find(({ middleware }) => !middleware);
  const list = named.find(
    ({ middleware }) => middleware && (has(middleware, 'ipallowlist') || has(middleware, 'ipwhitelist')),
  );
  if (list) return { state: 'on', kinds: ['allow-list'], because: [{ span: list.value.span, text: '`ipAllowList`' }] };
  // Options that are not followed here may ask for a certificate.
  const options = first(router, 'tls', 'options');
  const because = unseen?.value ?? options;
  return because
    ? { state: 'unknown', kinds: [], because: [{ span: because.span, text: because.text }] }
    : { state: 'off', kinds: [], because: [] };
}
