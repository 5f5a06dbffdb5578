import type { EndpointFact } from '../../model/declared.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { type Graph, isFar } from '../deployment/graph.ts';
import type { Places } from './place.ts';
import { authOf, proxiedEndpoint } from './proxied.ts';

const PROGRAMS = new Map([
  [
    'traefik',
    { id: 'traefik', name: 'Traefik', kind: 'ops', fix: {}, lack: 'No middleware of its router asks for credentials.' },
  ],
  ['haproxy', { id: 'haproxy', name: 'HAProxy', kind: 'ops', fix: {}, lack: 'No `stats auth` asks for credentials.' }],
] as const);

/** Pages on which a proxy is watched or run itself, and that anybody may open. */
export function proxyPages({ fronts }: Graph, places: Places): readonly EndpointFact[] {
  return [...fronts].flatMap(([proxy, { ways, confidence }]) => {
    const program = PROGRAMS.get(proxy.software as 'traefik');
    const way = ways.find(({ reach }) => isFar(reach));
    if (!program || !way) return [];
    return (proxy.pages ?? []).flatMap(({ what, administers, gate, span }): readonly EndpointFact[] => {
      if (gate.state !== 'off') return [];
      const fact = proxiedEndpoint(
        { proxy, service: program, reach: way.reach, confidence },
        { auth: administers ? authOf('open', []) : onlyRead() },
      );
      const listener = way.listener ? [{ span: way.listener.span, text: 'is where it listens' }] : [];
      return [
        {
          ...fact,
          way: `shows its ${what} on every address${administers ? ', with the means to change what it does' : ''}`,
          lack: program.lack,
          location: places.at(span),
          chain: places.chain([...listener, ...way.chain, ...gate.because], span),
          identity: ['proxy-page', proxy.span.file, what].join('\n'),
        },
      ];
    });
  });
}

/** What is shown may be read, and nothing changed. */
function onlyRead(): Endpoint['auth'] {
  const open = authOf('open', []);
  return { ...open, operations: { ...open.operations, inference: 'absent', admin: 'guarded' } } as Endpoint['auth'];
}
