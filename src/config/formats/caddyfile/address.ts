import type { ProxyListener } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { part } from '../../source/placed.ts';
import type { Token } from './lexer.ts';
import type { Segment } from './syntax.ts';
import { hostAndPort, valueAt } from './values.ts';

/** What global options say of ports and TLS. */
export interface Globals {
  readonly httpPort: string;
  readonly httpsPort: string;
  readonly autoHttps: boolean;
  readonly bind: readonly Token[];
}

export function globalsOf(options: readonly Segment[]): Globals {
  const last = (name: string): Segment | undefined => options.findLast((option) => option.name.text === name);
  return {
    httpPort: last('http_port')?.args[0]?.text ?? '80',
    httpsPort: last('https_port')?.args[0]?.text ?? '443',
    autoHttps: last('auto_https')?.args[0]?.text !== 'off',
    bind: last('default_bind')?.args ?? [],
  };
}

export interface SiteAddress {
  readonly host: Value | null;
  readonly listener: ProxyListener;
}

/**
 * The door of one address of a site. Its scheme and port decide TLS, then its host: a host without a scheme is served
 * with TLS on every port but the plaintext one (https://caddyserver.com/docs/automatic-https), also with `auto_https off`.
 * Without a host there is TLS on the standard port, and elsewhere only where `tls` says how it is spoken: Caddy 2.6
 * answers `:8443 { tls internal }` in plaintext.
 */
export function siteAddress(token: Token, globals: Globals, policy: boolean, bind: readonly Token[]): SiteAddress {
  const trimmed = token.text.endsWith(',') ? part(token, 0, token.text.length - 1) : token;
  const [prefix = '', scheme = ''] = /^(https?):\/\//i.exec(trimmed.text) ?? [];
  const rest = part(trimmed, prefix.length);
  const slash = rest.text.replaceAll(/\{[^{}]*\}/g, (inner) => '_'.repeat(inner.length)).indexOf('/');
  const { host, port } = hostAndPort(token, slash === -1 ? rest : part(rest, 0, slash));
  const tls = tlsOf(scheme.toLowerCase(), host, port, globals, policy);
  const standard: Value | null =
    tls === 'unknown'
      ? null
      : { kind: 'default', text: tls === 'on' ? globals.httpsPort : globals.httpPort, span: trimmed.span, via: [] };
  const [bound] = bind.length > 0 ? bind : globals.bind;
  const address = bound ? valueAt(bound, part(bound, /^tcp[46]?\//.exec(bound.text)?.[0].length ?? 0)) : null;
  return { host, listener: { address, port: port ?? standard, tls, span: trimmed.span } };
}

function tlsOf(
  scheme: string,
  host: Value | null,
  port: Value | null,
  globals: Globals,
  policy: boolean,
): ProxyListener['tls'] {
  if (scheme === 'http') return 'off';
  if (scheme === 'https') return 'on';
  // `{$SITE_ADDRESS}` alone may be anything.
  if (host?.kind === 'unresolved' && port === null) return 'unknown';
  if (port?.kind === 'unresolved') return 'unknown';
  if (port?.text === globals.httpPort) return 'off';
  if (host !== null || policy) return 'on';
  return port?.text === globals.httpsPort && globals.autoHttps ? 'on' : 'off';
}
