import type { ProxyListener } from '../../deployment/declarations.ts';
import { part } from '../../source/placed.ts';
import { get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import { hostAndPort } from '../caddyfile/values.ts';
import { words } from './words.ts';

export interface StandardPorts {
  readonly http: string;
  readonly https: string;
}

export function standardPorts(http: YamlNode | undefined): StandardPorts {
  return {
    http: scalar(get(http, 'http_port'))?.text ?? '80',
    https: scalar(get(http, 'https_port'))?.text ?? '443',
  };
}

/**
 * Where a server listens. It speaks TLS where it has connection policies, and is given one where a route names hosts or
 * all its ports are the one of HTTPS; never on the port of HTTP (modules/caddyhttp/autohttps.go, app.go).
 */
export function listenersOf(server: YamlNode, ports: StandardPorts): readonly ProxyListener[] {
  const found = words(get(server, 'listen')).flatMap((token) => {
    const network = /^([a-z0-9+]+)\//.exec(token.text)?.[1] ?? 'tcp';
    if (!network.startsWith('tcp')) return [];
    const rest = part(token, token.text.startsWith(`${network}/`) ? network.length + 1 : 0);
    const { host, port } = hostAndPort(token, rest);
    // Of a range the first stands for all.
    const dash = port?.text.indexOf('-') ?? -1;
    return [
      { address: host, port: port && dash > 0 ? { ...port, text: port.text.slice(0, dash) } : port, span: token.span },
    ];
  });
  const disabled = scalar(get(server, 'automatic_https', 'disable'))?.text === 'true';
  const known = found.map(({ port }) => (port?.kind === 'unresolved' ? undefined : (port?.text ?? '')));
  const given =
    items(get(server, 'tls_connection_policies')).length > 0 ||
    (!disabled && (known.every((port) => port === ports.https) || namesHosts(server)));
  return found.map(({ address, port, span }, index) => {
    const plain = known[index] === ports.http;
    return { address, port, span, tls: known[index] === undefined ? 'unknown' : given && !plain ? 'on' : 'off' };
  });
}

function namesHosts(server: YamlNode): boolean {
  const skipped = new Set(words(get(server, 'automatic_https', 'skip')).map(({ text }) => text));
  return items(get(server, 'routes')).some((route) =>
    items(get(route, 'match')).some((set) => words(get(set, 'host')).some(({ text }) => !skipped.has(text))),
  );
}
