import { OPERATION_CLASSES } from '../../model/auth.ts';
import type { EndpointFact, RouteFact } from '../../model/declared.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { isFar } from '../deployment/graph.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import { known, type Value } from '../deployment/value.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';
import { routeFact } from './routes.ts';

/** A proxy that asks for a password on a port without TLS. */
export function passwordInTheClear(routed: ProxiedRoute, places: Places): EndpointFact | null {
  const { proxy, route, running, reach } = routed;
  const listener = proxy.listeners.find(({ tls }) => tls === 'off');
  const basic = route.gate.kinds.some((kind) => /\bbasic\b/.test(kind)) && route.gate.state === 'on';
  if (!listener || !basic || !isFar(reach)) return null;
  const anchor = route.gate.because[0]?.span ?? route.span;
  const fact = proxiedEndpoint(routed, {
    port: portOf(listener.port),
    transport: 'plaintext',
    auth: authOf('guarded', ['basic']),
  });
  return {
    ...fact,
    location: places.at(anchor),
    chain: places.chain(
      [
        { span: listener.span, text: 'is not encrypted' },
        { span: route.upstream.span, text: `leads to ${routed.upstream}` },
      ],
      anchor,
    ),
    identity: ['password-in-the-clear', proxy.span.file, running?.process.id ?? routed.upstream].join('\n'),
  };
}

/** A known service as callers of a proxy meet it. */
export function proxiedEndpoint(
  { proxy, service, reach, confidence }: ProxiedRoute,
  told: Partial<Endpoint>,
): Omit<EndpointFact, 'location' | 'chain' | 'identity'> {
  return {
    kind: 'endpoint',
    isDoor: true,
    endpoint: {
      origin: 'declared',
      host: null,
      address: null,
      port: null,
      url: null,
      transport: 'unknown',
      reach,
      speech: 'http',
      basePath: '',
      service: { id: service.id, name: service.name, kind: service.kind, version: null, confidence },
      cors: 'unknown',
      hostCheck: 'unknown',
      conditions: [],
      advisories: [],
      intermediaries: [],
      tls: null,
      siblings: [],
      evidence: [],
      requests: 0,
      connections: 0,
      notes: [],
      ...told,
    } as unknown as Endpoint,
    way: `is reached through ${proxy.software}`,
    lack: '',
    switchedOff: false,
    knownPassword: false,
    confidence,
    edits: [],
    advice: adviceOf(service, null),
    example: proxy.example,
  };
}

export function authOf(overall: 'open' | 'guarded', schemes: readonly string[]): Endpoint['auth'] {
  const operations = Object.fromEntries(OPERATION_CLASSES.map((kind) => [kind, overall]));
  return { overall, operations, schemes, doors: [] } as unknown as Endpoint['auth'];
}

function portOf(value: Value | null): number | null {
  const port = Number(known(value));
  return Number.isInteger(port) && port > 0 ? port : null;
}

/** What the proxy decrypts goes on in the clear, to another machine. */
export function sentOnInTheClear(routed: ProxiedRoute, places: Places): RouteFact | null {
  const { proxy, route, tls, running } = routed;
  if (tls !== 'on' || route.upstream.scheme !== 'http' || running !== null) return null;
  const hosts = route.upstream.targets.map(({ host }) => known(host) ?? '');
  if (!hosts.some(isAnotherMachine)) return null;
  return {
    ...routeFact(routed),
    relation: 'plaintext-upstream',
    past: 'tls',
    why: `${proxy.software} takes TLS off before it passes on.`,
    location: places.at(route.upstream.span),
    chain: places.chain(
      proxy.listeners.slice(0, 1).map(({ span }) => ({ span, text: 'is encrypted' })),
      route.upstream.span,
    ),
    identity: ['plaintext-upstream', proxy.span.file, routed.upstream].join('\n'),
  };
}

/** By an address that is not this machine's, or by a full name: a bare name is a neighbour's in the same private network. */
function isAnotherMachine(host: string): boolean {
  if (
    /^(127\.|0\.0\.0\.0$|172\.1[78]\.0\.1$|\[?::1\]?$)/.test(host) ||
    /\.(internal|local|localhost|svc)$|\.svc\./.test(host)
  )
    return false;
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || /^[\w-]+(\.[\w-]+)+$/.test(host);
}
