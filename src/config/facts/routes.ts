import type { RouteFact } from '../../model/declared.ts';
import type { Door } from '../deployment/door.ts';
import { isFar } from '../deployment/graph.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';

/** A proxy that lets everybody through to a service that asks for nothing itself. */
export function openRoute(routed: ProxiedRoute, places: Places): RouteFact | null {
  const { route, own, reach } = routed;
  if (route.gate.state !== 'off' || own !== 'off' || !isFar(reach)) return null;
  return {
    ...common(routed, places),
    relation: 'proxy-without-auth',
    past: 'nothing',
    why: `Neither the route for ${route.path} nor ${routed.service.name} asks for credentials.`,
    location: places.at(route.span),
    chain: places.chain(
      [{ span: route.upstream.span, text: `leads to ${routed.upstream}` }, ...route.gate.because, ...routed.chain],
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
    ...common(routed, places),
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

/** What was encrypted up to the proxy goes on in the clear to another machine. */
export function plaintextUpstream(routed: ProxiedRoute, places: Places): RouteFact | null {
  const { route, tls, upstream } = routed;
  const host = upstream.replace(/:\d+$/, '');
  const elsewhere = /^\d+(\.\d+){3}$|^\[|\./.test(host) && !NEAR.test(host);
  if (route.upstream.scheme !== 'http' || tls !== 'on' || !elsewhere) return null;
  return {
    ...common(routed, places),
    relation: 'plaintext-upstream',
    past: 'nothing',
    why: 'The connection of the caller is encrypted up to the proxy only.',
    location: places.at(route.upstream.span),
    chain: [],
    identity: ['plaintext-upstream', routed.proxy.span.file, upstream].join('\n'),
  };
}

/** This machine, or a network of containers on it or in one cluster. */
const NEAR =
  /^(127\.|localhost$|0\.0\.0\.0$|172\.(1[6-9]|2\d|3[01])\.|\[::1\])|(\.docker\.internal|\.containers\.internal|\.cluster\.local|\.svc|\.localhost)$/i;

function common({ proxy, route, service, upstream, reach, confidence }: ProxiedRoute, _places: Places) {
  return {
    kind: 'route',
    service: service.name,
    software: proxy.software,
    upstream,
    reach,
    confidence,
    edits: [],
    advice: adviceOf(service),
    example: proxy.example || route.path === '',
  } as const satisfies Partial<RouteFact>;
}
