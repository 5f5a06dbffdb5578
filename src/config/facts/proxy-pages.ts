import type { Declared, EndpointFact, RouteFact } from '../../model/declared.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { DeclaredProxy, ProxyPage } from '../deployment/declarations.ts';
import type { Front } from '../deployment/front.ts';
import { type Graph, isFar } from '../deployment/graph.ts';
import type { Places } from './place.ts';
import { authOf, proxiedEndpoint } from './proxied.ts';
import { routeFact } from './routes.ts';

const TRAEFIK = { id: 'traefik', name: 'Traefik', kind: 'ops', fix: {} } as const;
const HAPROXY = { id: 'haproxy', name: 'HAProxy', kind: 'ops', fix: {} } as const;

/** Pages on which a proxy is watched or run itself, and that anybody may open. */
export function proxyPages({ fronts }: Graph, places: Places): readonly Declared[] {
  return [...fronts].flatMap(([proxy, front]) => {
    const way = front.ways.find(({ reach }) => isFar(reach));
    if (!way) return [];
    return (proxy.pages ?? []).flatMap((page): readonly Declared[] => {
      if (page.gate.state !== 'off') return [];
      const listener = way.listener ? [{ span: way.listener.span, text: 'is where it listens' }] : [];
      const found = {
        location: places.at(page.span),
        chain: places.chain([...listener, ...way.chain, ...page.gate.because], page.span),
        identity: ['proxy-page', proxy.span.file, page.service ?? page.what].join('\n'),
      };
      const about = { proxy, reach: way.reach, confidence: front.confidence };
      return [{ ...(page.service === null ? shown(about, page) : routed(about, page, page.service)), ...found }];
    });
  });
}

type About = Pick<Front, 'reach' | 'confidence'> & { readonly proxy: DeclaredProxy };
type Placed = 'location' | 'chain' | 'identity';

function shown(about: About, { what, administers }: ProxyPage): Omit<EndpointFact, Placed> {
  const auth = administers ? authOf('open', []) : onlyRead();
  return {
    ...proxiedEndpoint({ ...about, service: HAPROXY }, { auth }),
    way: `shows its ${what} on every address${administers ? ', with the means to change what it does' : ''}`,
    lack: 'No `stats auth` asks for credentials.',
  };
}

function routed(about: About, { what }: ProxyPage, service: string): Omit<RouteFact, Placed> {
  return {
    ...routeFact({ ...about, service: { ...TRAEFIK, name: `its own ${what}` }, upstream: service }),
    relation: 'proxy-without-auth',
    past: 'nothing',
    why: 'No middleware of the router asks for credentials.',
  };
}

/** What is shown may be read, and nothing changed. */
function onlyRead(): Endpoint['auth'] {
  const open = authOf('open', []);
  return { ...open, operations: { ...open.operations, inference: 'absent', admin: 'guarded' } } as Endpoint['auth'];
}
