import { unresolved, type Value } from '../../deployment/value.ts';
import { authority, type Placed } from '../../source/placed.ts';
import type { Token } from './lexer.ts';

/** A word as a value; `{…}` that is filled in at run time leaves it unresolved. */
export function valueAt(token: Token, placed: Placed = token): Value {
  const { text, span } = placed;
  if (token.unknown !== null) return { ...unresolved(text, span, token.unknown), via: token.via };
  if (/\{[a-z][^{}]*\}/i.test(text))
    return { ...unresolved(text, span, 'it is filled in at run time'), via: token.via };
  return { kind: token.byDefault ? 'default' : 'explicit', text, span, via: token.via };
}

export function hostAndPort(
  token: Token,
  placed: Placed,
): { readonly host: Value | null; readonly port: Value | null } {
  const braces = placed.text.includes('{');
  const { host, port } = braces ? bracedAuthority(placed) : authority(placed);
  return { host: host && valueAt({ ...token, ...host }, host), port: port && valueAt({ ...token, ...port }, port) };
}

/** Colons inside `{…}` part nothing. */
function bracedAuthority(placed: Placed): { readonly host: Placed | null; readonly port: Placed | null } {
  const plain = placed.text.replaceAll(/\{[^{}]*\}/g, (inner) => '_'.repeat(inner.length));
  const colon = plain.lastIndexOf(':');
  if (colon === -1) return { host: placed, port: null };
  const exact = placed.span.end - placed.span.start === placed.text.length;
  const cut = (start: number, end: number): Placed => ({
    text: placed.text.slice(start, end),
    span: exact ? { ...placed.span, start: placed.span.start + start, end: placed.span.start + end } : placed.span,
  });
  return { host: colon === 0 ? null : cut(0, colon), port: cut(colon + 1, placed.text.length) };
}
