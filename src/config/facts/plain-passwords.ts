import type { EndpointFact } from '../../model/declared.ts';
import type { DeclaredProxy, ProxyRoute } from '../deployment/declarations.ts';
import { leastSure } from '../deployment/door.ts';
import { type Graph, isFar } from '../deployment/graph.ts';
import { known, type Value } from '../deployment/value.ts';
import type { Places } from './place.ts';
import { authOf, proxiedEndpoint } from './proxied.ts';

/** Proxies that ask for a password on a port without TLS, whatever stands behind them. */
export function plainPasswords({ fronts, routes }: Graph, places: Places): readonly EndpointFact[] {
  const leadingTo = new Map(routes.map((routed) => [routed.route, routed]));
  const encrypting = [...fronts].flatMap(([proxy, { ways }]) => (ways.some(({ tls }) => tls === 'on') ? [proxy] : []));
  return [...fronts].flatMap(([proxy, { ways, owner, confidence }]) =>
    proxy.routes.flatMap((route) => {
      const { gate, upstream } = route;
      if (gate.state !== 'on' || !gate.kinds.some((kind) => /\bbasic\b/.test(kind))) return [];
      const way = ways.find(({ tls, reach }) => tls === 'off' && isFar(reach));
      if (!way?.listener) return [];
      const { listener, reach, chain } = way;
      const names = owner?.process.aliases ?? [];
      if (encrypting.some((other) => other !== proxy && leadsTo(other, listener.port, names))) return [];
      const anchor = gate.because[0]?.span ?? route.span;
      const behind = leadingTo.get(route);
      const place = behind?.upstream ?? targetOf(route);
      const fact = proxiedEndpoint(
        {
          proxy,
          reach,
          service: behind?.service ?? null,
          confidence: behind?.confidence ?? leastSure(confidence, 'medium'),
        },
        { port: portOf(listener.port), transport: 'plaintext', auth: authOf('guarded', ['basic']) },
      );
      return [
        {
          ...fact,
          location: places.at(anchor),
          chain: places.chain(
            [
              { span: listener.span, text: 'is not encrypted' },
              ...chain,
              { span: upstream.span, text: place === null ? 'is where it leads' : `leads to ${place}` },
            ],
            anchor,
          ),
          identity: ['password-in-the-clear', proxy.span.file, behind?.running?.process.id ?? place ?? route.path].join(
            '\n',
          ),
        },
      ];
    }),
  );
}

/** Whether a proxy passes on to that port of this machine, or of a container with one of those names. */
function leadsTo({ routes }: DeclaredProxy, port: Value | null, names: readonly string[]): boolean {
  const wanted = known(port);
  return routes.some(({ upstream }) =>
    upstream.targets.some((target) => {
      const host = known(target.host);
      if (host === undefined || (known(target.port) ?? '80') !== wanted) return false;
      return names.includes(host) || /^(?:localhost|127\.|\[?::1|host\.docker\.internal)/.test(host);
    }),
  );
}

function targetOf({ upstream }: ProxyRoute): string | null {
  const [target] = upstream.targets;
  const host = known(target?.host);
  if (host === undefined) return null;
  const port = known(target?.port);
  return port === undefined ? host : `${host}:${port}`;
}

function portOf(value: Value | null): number | null {
  const port = Number(known(value));
  return Number.isInteger(port) && port > 0 ? port : null;
}
