import type { ProxyRoute } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { written } from '../../deployment/value.ts';
import { type Placed, part } from '../../source/placed.ts';
import type { Token } from './lexer.ts';
import type { Segment } from './syntax.ts';
import { hostAndPort, valueAt } from './values.ts';

type Upstream = ProxyRoute['upstream'];
type Scheme = Upstream['scheme'];

/** Where a `reverse_proxy` leads; null when it names nothing. */
export function upstreamOf(segment: Segment, args: readonly Token[]): Upstream | null {
  const lines = segment.block ?? [];
  const named = [...args, ...lines.filter(({ name }) => name.text === 'to').flatMap((line) => line.args)];
  const dynamic = lines.find(({ name }) => name.text === 'dynamic');
  const tokens = named.length > 0 ? named : (dynamic?.args.slice(1, 2) ?? []);
  const [first] = tokens;
  if (!first) return null;
  const transport = lines.find(({ name }) => name.text === 'transport');
  const options = transport?.block ?? [];
  const insecure = options.find(({ name }) => name.text === 'tls_insecure_skip_verify');
  const tls = options.some(({ name }) => /^tls/.test(name.text));
  const scheme = tls
    ? 'https'
    : (schemeOf(first.text) ?? (transport?.args[0]?.text === 'fastcgi' ? 'unknown' : 'http'));
  const verify = insecure
    ? { on: false, span: insecure.span, stated: true }
    : { on: true, span: first.span, stated: false };
  return {
    scheme,
    targets: tokens.map((token) => target(token, scheme)),
    verify: scheme === 'https' ? verify : null,
    span: first.span,
  };
}

function schemeOf(text: string): Scheme | null {
  const scheme = /^([a-z0-9]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'https') return 'https';
  return scheme === 'http' || scheme === 'h2c' ? 'http' : null;
}

function target(token: Token, scheme: Scheme): Upstream['targets'][number] {
  const prefix = /^([a-z0-9]+:\/\/|srv\+)/i.exec(token.text)?.[0].length ?? 0;
  const rest: Placed = part(token, prefix);
  if (/^unix(\+\w+)?\//.test(rest.text)) {
    const path = part(rest, rest.text.indexOf('/') + 1);
    return { host: written(`unix:${path.text}`, path.span, token.via), port: null };
  }
  const slash = rest.text.startsWith('{') ? -1 : rest.text.indexOf('/');
  const { host, port } = hostAndPort(token, slash === -1 ? rest : part(rest, 0, slash));
  // `:8080` is this machine.
  const here: Value = { kind: 'default', text: 'localhost', span: rest.span, via: token.via };
  const standard: Value = { kind: 'default', text: scheme === 'https' ? '443' : '80', span: rest.span, via: token.via };
  return {
    host: host ?? (port ? here : valueAt(token, rest)),
    port: port ?? (host?.kind === 'unresolved' ? null : standard),
  };
}
