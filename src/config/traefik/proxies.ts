import type { Span } from '../../model/span.ts';
import type { DeclaredProxy, ProxyListener, ProxyRoute } from '../deployment/declarations.ts';
import { known, unresolved, type Value, written } from '../deployment/value.ts';
import { gateOf } from '../gates/gate.ts';
import { authority, part as partOf } from '../source/placed.ts';
import { certificateBarriers, middlewareBarriers, ruleBarriers } from './gate.ts';
import { find, first, has, isTrue, type Named, type TraefikModel, values, withoutProvider } from './model.ts';
import { putsIn } from './put-in.ts';

type Upstream = ProxyRoute['upstream'];

/** One proxy a router; `owner` is where Traefik itself is declared, if it is. */
export function traefikProxies(model: TraefikModel, owner: Span | null): readonly DeclaredProxy[] {
  return [...model.all('http', 'routers'), ...model.unrouted()].flatMap((router) => {
    if (isOff(router)) return [];
    const upstream = upstreamOf(router, model);
    if (!upstream) return [];
    const entries = entryPointsOf(router, model);
    const tls = has(router, 'tls') && known(first(router, 'tls')) !== 'false';
    const rule = first(router, 'rule');
    const listeners = entries.map((entry) => listenerOf(entry, tls));
    const before = entries.flatMap(({ point }) => (point ? values(point, 'http', 'middlewares') : []));
    const middlewares = [...before, ...values(router, 'middlewares')];
    const gate = gateOf([
      ...certificateBarriers(
        router,
        listeners.every((listener) => listener.tls === 'on'),
        model,
      ),
      ...ruleBarriers(rule),
      ...middlewareBarriers(middlewares, model),
    ]);
    const text = known(rule) ?? '';
    const route: ProxyRoute = {
      hosts: hostsOf(rule),
      path: /\bPath(?:Prefix)?\(\s*[`"']([^`"']+)/.exec(text)?.[1] ?? '/',
      upstream,
      gate,
      putsIn: putsIn(middlewares, model),
      span: rule?.span ?? router.span,
    };
    return [
      { software: 'traefik', listeners, routes: [route], span: owner ?? router.span, example: router.part.example },
    ];
  });
}

/** `traefik.enable=false` on the container. */
function isOff({ part: { container, settings } }: Named): boolean {
  if (!container) return false;
  const enable = settings.find(({ path }) => path.length === 1 && path[0] === 'enable');
  return known(enable?.values[0])?.toLowerCase() === 'false';
}

interface Entry {
  readonly name: Value | null;
  readonly point: Named | undefined;
}

/** Those that a router names, or all that are there by default. */
export function entryPointsOf(router: Named, model: TraefikModel): readonly Entry[] {
  const named = [...values(router, 'entrypoints')];
  const all = model.all('entrypoints').filter(({ name }) => name !== 'traefik');
  const standard = all.filter((point) => isTrue(first(point, 'asdefault')));
  const chosen: readonly Entry[] =
    named.length > 0
      ? named.map((name) => ({ name, point: all.find((point) => point.name === withoutProvider(known(name) ?? '')) }))
      : (standard.length > 0 ? standard : all).map((point) => ({ name: null, point }));
  // One that redirects all it gets leads nowhere else.
  const leading = chosen.filter(({ point }) => !point || !has(point, 'http', 'redirections'));
  return leading.length > 0 ? leading : chosen.slice(0, 1);
}

export function listenerOf({ name, point }: Entry, routerTls: boolean): ProxyListener {
  const address = point && first(point, 'address');
  const tls = routerTls || (point !== undefined && has(point, 'http', 'tls'));
  const span = address?.span ?? point?.span ?? name?.span ?? { file: '', start: 0, end: 0 };
  // Nobody sees what an entry point of another file is.
  const state = tls ? 'on' : point ? 'off' : 'unknown';
  if (!address || address.kind === 'unresolved') return { address: null, port: address ?? null, tls: state, span };
  const { host, port } = authority({ text: address.text.replace(/\/(tcp|udp)$/, ''), span: address.span });
  return {
    address: host && written(host.text, host.span),
    port: port && written(port.text, port.span),
    tls: state,
    span,
  };
}

/** The service of a router: named, or the only one of its container. */
function upstreamOf(router: Named, model: TraefikModel): Upstream | null {
  const reference = first(router, 'service');
  const name = known(reference);
  if (reference && name !== undefined && /@internal$/i.test(name)) return ownApi(reference);
  // Only a container's own services go without saying.
  const { part: from } = router;
  const own = from.container ? model.all('http', 'services').filter(({ part }) => part === from) : [];
  const service =
    name === undefined
      ? own[0]
      : (own.find((one) => one.name === withoutProvider(name)) ?? model.named(name, 'http', 'services'));
  const container = service?.part.container ?? router.part.container;
  const urls =
    service?.settings.filter(({ path }) => /^server(s\[\d+\])?$/.test(path[1] ?? '') && path[2] === 'url') ?? [];
  const verify = verification(service, model);
  if (urls.length > 0) {
    const targets = urls.flatMap(({ values: [url] }) => (url ? [url] : []));
    const https = targets.some(({ text }) => text.startsWith('https:'));
    const [one] = targets;
    if (!one) return null;
    return {
      scheme: https ? 'https' : 'http',
      targets: targets.map(target),
      verify: https ? (verify ?? { on: true, span: one.span, stated: false }) : null,
      span: one.span,
    };
  }
  if (!container) return null;
  const port = service && first(service, 'loadbalancer', 'server', 'port');
  const https = service ? known(first(service, 'loadbalancer', 'server', 'scheme')) === 'https' : false;
  const span = port?.span ?? first(router, 'rule')?.span ?? router.span;
  const host: Value = { kind: 'default', text: container.name, span, via: [] };
  return {
    scheme: https ? 'https' : 'http',
    targets: [{ host, port: port ?? null }],
    verify: https ? (verify ?? { on: true, span, stated: false }) : null,
    span,
  };
}

/**
 * Traefik's own API and dashboard, which tell and with `rest` take the whole configuration, and have no login:
 * https://doc.traefik.io/traefik/operations/api/. What else is internal (ping, metrics, redirects) gives nothing away.
 */
function ownApi(reference: Value): Upstream | null {
  if (!/^(api|rest)@/i.test(reference.text)) return null;
  return {
    scheme: 'unknown',
    targets: [{ host: reference, port: null }],
    verify: null,
    itself: true,
    span: reference.span,
  };
}

function target(url: Value): Upstream['targets'][number] {
  if (url.kind === 'unresolved') return { host: url, port: null };
  const prefix = /^[a-z0-9]+:\/\//i.exec(url.text)?.[0] ?? '';
  const slash = url.text.indexOf('/', prefix.length);
  const { host, port } = authority(partOf(url, prefix.length, slash === -1 ? url.text.length : slash));
  const standard: Value = { kind: 'default', text: prefix === 'https://' ? '443' : '80', span: url.span, via: [] };
  return {
    host: host ? { ...url, text: host.text, span: host.span } : unresolved(url.text, url.span, 'names no host'),
    port: port ? { ...url, text: port.text, span: port.span } : standard,
  };
}

/** `insecureSkipVerify` of the transport that a service names, or of all. */
function verification(service: Named | undefined, model: TraefikModel): Upstream['verify'] {
  const reference = service && known(first(service, 'loadbalancer', 'serverstransport'));
  const transport = reference === undefined ? undefined : model.named(reference, 'http', 'serverstransports');
  const setting =
    (transport && find(transport, 'insecureskipverify')) ?? model.single('serverstransport', 'insecureskipverify');
  const value = setting?.values[0];
  return value && isTrue(value) ? { on: false, span: value.span, stated: true } : null;
}

export function hostsOf(rule: Value | undefined): readonly Value[] {
  if (!rule || rule.kind === 'unresolved') return [];
  return [...rule.text.matchAll(/\bHost(?:SNI)?\(([^)]*)\)/gi)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/[`"']([^`"']+)[`"']/g)].map((host) => ({ ...rule, text: host[1] ?? '' })),
  );
}
