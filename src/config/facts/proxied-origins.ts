import type { EndpointFact } from '../../model/declared.ts';
import type { DeclaredSetting } from '../deployment/declarations.ts';
import { together } from '../deployment/door.ts';
import type { Graph } from '../deployment/graph.ts';
import type { ProxiedRoute } from '../deployment/proxied.ts';
import type { Places } from './place.ts';
import { authOf, proxiedEndpoint } from './proxied.ts';

const REFLECTED =
  /\$http_origin\b|\{(?:http\.request\.)?header\.origin\}|\breq(?:\.f?hdr|\.hdr)?\(origin\)|%\[.*origin.*\]/i;

/** Proxies that tell browsers, in the name of an open service behind them, that any page may read its answers. */
export function proxiedOrigins({ declared, routes }: Graph, places: Places): readonly EndpointFact[] {
  const headers = declared.settings.filter(({ setting }) => setting.toLowerCase() === 'access-control-allow-origin');
  return headers.flatMap((header): readonly EndpointFact[] => {
    const { text, span } = header.value;
    const cors = text === '*' ? 'any' : REFLECTED.test(text) ? reflected(header, declared.settings) : null;
    const routed = cors === null ? undefined : nearest(header, routes);
    if (cors === null || !routed || together(routed.route.gate.state, routed.own) !== 'off') return [];
    return [
      {
        ...proxiedEndpoint(routed, { reach: 'unknown', cors, auth: authOf('open', []) }),
        isDoor: false,
        location: places.at(span),
        chain: places.chain([{ span: routed.route.upstream.span, text: `leads to ${routed.upstream}` }], span),
        identity: ['cross-origin', span.file, routed.upstream].join('\n'),
      },
    ];
  });
}

function reflected(
  header: DeclaredSetting,
  settings: readonly DeclaredSetting[],
): 'reflected' | 'reflected-with-credentials' {
  const near = settings.some(
    ({ setting, value }) =>
      setting.toLowerCase() === 'access-control-allow-credentials' &&
      value.span.file === header.value.span.file &&
      value.text.toLowerCase() === 'true',
  );
  return near ? 'reflected-with-credentials' : 'reflected';
}

/** The route of the same file that stands closest, by itself or by what it leads to. */
function nearest({ value: { span } }: DeclaredSetting, routes: readonly ProxiedRoute[]): ProxiedRoute | undefined {
  const distance = ({ route }: ProxiedRoute): number =>
    Math.min(Math.abs(route.span.start - span.start), Math.abs(route.upstream.span.start - span.start));
  return routes
    .filter(({ route }) => route.span.file === span.file)
    .reduce<ProxiedRoute | undefined>((best, one) => (best && distance(best) <= distance(one) ? best : one), undefined);
}
