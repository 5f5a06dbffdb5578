import type { RouteFact } from '../../model/declared.ts';
import type { Deployable } from '../../model/deploy.ts';
import type { ProxyRoute } from '../deployment/declarations.ts';
import type { Door } from '../deployment/door.ts';
import { isFar } from '../deployment/graph.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';

/** A proxy that lets everybody through to a service that asks for nothing itself, or that is shown its key for everybody. */
export function openRoute(routed: ProxiedRoute, places: Places): RouteFact | null {
  const { route, own, reach } = routed;
  const { putsIn = null } = route;
  if (route.gate.state !== 'off' || !isFar(reach) || (own !== 'off' && !putsIn)) return null;
  return {
    ...routeFact(routed),
    relation: 'proxy-without-auth',
    past: 'nothing',
    why:
      own === 'off'
        ? `Neither the route for ${route.path} nor ${routed.service.name} asks for credentials.`
        : `The route for ${route.path} asks for no credentials, and puts in those that ${routed.service.name} asks for.`,
    location: places.at(route.span),
    chain: places.chain(
      [
        { span: route.upstream.span, text: `leads to ${routed.upstream}` },
        ...(own !== 'off' && putsIn ? [{ span: putsIn, text: 'shows credentials for every caller' }] : []),
        ...route.gate.because,
        ...routed.chain,
      ],
      route.span,
    ),
    identity: ['proxy-without-auth', routed.proxy.span.file, routed.upstream].join('\n'),
  };
}

/** A door beside the proxy that guards, or encrypts, the same service. */
export function bypass(routed: ProxiedRoute, door: Door, places: Places): RouteFact | null {
  const { route, tls, reach } = routed;
  const guards = route.gate.state === 'on' && door.auth !== 'on' && door.auth !== 'unknown';
  const encrypts = tls === 'on' && door.tls !== 'on';
  if (!isFar(reach) && reach !== 'container' && reach !== 'unknown') return null;
  if (!guards && !encrypts) return null;
  // An open door is a finding of its own where the proxy guards nothing either.
  if (!guards && door.auth === 'off') return null;
  const past = guards ? 'auth' : 'tls';
  return {
    ...routeFact(routed),
    relation: 'proxy-bypass',
    reach: door.reach,
    past,
    why: guards
      ? `${routed.proxy.software} asks for credentials in front of it, and the published port goes around.`
      : `${routed.proxy.software} encrypts in front of it, and the published port is plain text beside that.`,
    location: places.at(door.anchor),
    chain: places.chain(
      [{ span: route.span, text: `the route through ${routed.proxy.software}` }, ...door.chain],
      door.anchor,
    ),
    identity: ['proxy-bypass', door.running.process.id, door.way].join('\n'),
    edits: door.edit ? [door.edit] : [],
  };
}

/** What all facts about a route have in common. */
export function routeFact({
  proxy,
  route,
  service,
  upstream,
  reach,
  confidence,
}: Pick<ProxiedRoute, 'proxy' | 'upstream' | 'reach' | 'confidence'> & {
  readonly service: Pick<Deployable, 'name' | 'fix'>;
  readonly route?: ProxyRoute;
}) {
  return {
    kind: 'route',
    service: service.name,
    software: proxy.software,
    upstream,
    reach,
    confidence,
    edits: [],
    advice: adviceOf(service, null),
    example: proxy.example || route?.path === '',
  } as const satisfies Partial<RouteFact>;
}
