import { OPERATION_CLASSES } from '../../model/auth.ts';
import type { EndpointFact, RouteFact } from '../../model/declared.ts';
import type { Deployable } from '../../model/deploy.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import { known } from '../deployment/value.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';
import { routeFact } from './routes.ts';

/** A service, known or not, as callers of a proxy meet it. */
export function proxiedEndpoint(
  {
    proxy,
    service,
    reach,
    confidence,
  }: Pick<ProxiedRoute, 'proxy' | 'reach' | 'confidence'> & {
    readonly service: Pick<Deployable, 'id' | 'name' | 'kind' | 'fix'> | null;
  },
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
      service: service && { id: service.id, name: service.name, kind: service.kind, version: null, confidence },
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
    advice: adviceOf(service ?? undefined, null),
    example: proxy.example,
  };
}

export function authOf(overall: 'open' | 'guarded', schemes: readonly string[]): Endpoint['auth'] {
  const operations = Object.fromEntries(OPERATION_CLASSES.map((kind) => [kind, overall]));
  return { overall, operations, schemes, doors: [] } as unknown as Endpoint['auth'];
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
