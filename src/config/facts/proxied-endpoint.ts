import { OPERATION_CLASSES } from '../../model/auth.ts';
import type { EndpointFact } from '../../model/declared.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { isFar } from '../deployment/graph.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import { adviceOf } from './advice.ts';
import type { Places } from './place.ts';

/** A proxy that asks for a password where everybody on the way can read it. */
export function basicInTheClear(routed: ProxiedRoute, places: Places): EndpointFact | null {
  const { route, proxy, service, tls, reach, confidence } = routed;
  if (!route.gate.kinds.includes('basic') || tls !== 'off' || !isFar(reach)) return null;
  const asked = route.gate.because[0]?.span ?? route.span;
  return {
    kind: 'endpoint',
    endpoint: endpointOf(routed),
    way: `is reached through ${proxy.software}`,
    lack: '',
    switchedOff: false,
    knownPassword: false,
    location: places.at(asked),
    chain: places.chain([{ span: route.span, text: `leads to ${routed.upstream}` }, ...routed.chain], asked),
    identity: ['basic', proxy.span.file, routed.upstream].join('\n'),
    confidence,
    edits: [],
    advice: adviceOf(service),
    example: proxy.example,
  };
}

function endpointOf({ service, reach }: ProxiedRoute): Endpoint {
  return {
    origin: 'declared',
    host: null,
    address: null,
    port: null,
    url: null,
    transport: 'plaintext',
    reach,
    speech: 'http',
    basePath: '',
    service: { id: service.id, name: service.name, kind: service.kind, version: null, confidence: 'medium' },
    auth: {
      overall: 'guarded',
      operations: Object.fromEntries(
        OPERATION_CLASSES.map((kind) => [kind, 'guarded']),
      ) as Endpoint['auth']['operations'],
      schemes: ['basic'],
      doors: [],
    },
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
  };
}
