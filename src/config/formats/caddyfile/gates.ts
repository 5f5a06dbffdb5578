import type { DeclaredTls, ProxyListener } from '../../deployment/declarations.ts';
import { listKind } from '../../gates/addresses.ts';
import type { Caller } from '../../gates/caller.ts';
import { type Barrier, type Outcome, undecided } from '../../gates/gate.ts';
import type { Asked, Matcher, Verdict } from './matchers.ts';
import type { Segment } from './syntax.ts';

export type Ask = (caller: Caller) => Asked;

/** Directives that let only those through who can show something, with what that is. */
const GUARDS: Readonly<Record<string, string>> = {
  basicauth: 'basic',
  basic_auth: 'basic',
  forward_auth: 'forward-auth',
  jwtauth: 'jwt',
  authorize: 'oauth',
  oidc: 'oauth',
  authentication: 'oauth',
};
const SOUNDS_LIKE_A_GUARD = /auth|jwt|oidc|oauth|security|crowdsec|coraza|ip_?filter|geo/i;

export function isGuard({ name }: Segment): boolean {
  return Object.hasOwn(GUARDS, name.text) || (name.text !== 'authenticate' && SOUNDS_LIKE_A_GUARD.test(name.text));
}

/** A directive that guards those requests that it matches. */
export function guard(segment: Segment, matcher: Matcher, ask: Ask): Barrier {
  const name = segment.name.text;
  const kind = GUARDS[name];
  const text = `\`${name}\``;
  if (kind === undefined) return undecided('plug-in', segment.span, `${text} is a plug-in`);
  const meet = (caller: Caller): Outcome => whenMatched(matcher.matches(ask(caller)), 'refused');
  return { kind, because: { span: segment.span, text }, meet };
}

/** A directive that answers those whom it matches: they get no further. */
export function turnsAway(segment: Segment, matcher: Matcher, ask: Ask): Barrier {
  return {
    kind: kindOf(matcher),
    because: { span: segment.span, text: `\`${segment.name.text}\` for whoever ${described(matcher)}` },
    meet: (caller) => whenMatched(matcher.matches(ask(caller)), 'refused'),
  };
}

/** A directive or a block that only those get to whom it matches. */
export function admits(segment: Segment, matcher: Matcher, ask: Ask): Barrier {
  return {
    kind: kindOf(matcher),
    because: { span: matcher.segment?.span ?? segment.span, text: `only for whoever ${described(matcher)}` },
    meet: (caller) => {
      const verdict = matcher.matches(ask(caller));
      if (verdict === 'unknown') return 'unknown';
      return verdict === false ? 'refused' : 'passes';
    },
  };
}

/** Client certificates that a door asks for. */
export function clientBarrier(
  client: DeclaredTls['clientCertificate'],
  listeners: readonly ProxyListener[],
): readonly Barrier[] {
  if (client?.mode !== 'required') return [];
  const everywhere = listeners.every(({ tls }) => tls === 'on');
  return [
    {
      kind: 'mtls',
      because: { span: client.span, text: '`client_auth`' },
      meet: () => (everywhere ? 'refused' : 'passes'),
    },
  ];
}

function whenMatched(verdict: Verdict, outcome: Outcome): Outcome {
  if (verdict === 'unknown') return 'unknown';
  return verdict === true ? outcome : 'passes';
}

function described({ kinds }: Matcher): string {
  return kinds.length === 0 ? 'comes' : `is matched by ${kinds.join(' and ')}`;
}

function kindOf({ kinds, segment }: Matcher): string {
  const all = kinds.join(' ');
  if (/remote_ip|client_ip/.test(all)) return listKind(rangesOf(segment));
  const words = segment ? wordsOf(segment).join(' ') : '';
  if (/authorization/i.test(words)) return 'bearer';
  return /header|query/.test(all) ? 'api-key' : 'matcher';
}

function rangesOf(segment: Segment | null): readonly string[] {
  return segment ? wordsOf(segment).filter((word) => /^[\d.]+(\/\d+)?$|:|private_ranges/.test(word)) : [];
}

function wordsOf({ args, block }: Segment): readonly string[] {
  return [...args.map(({ text }) => text), ...(block ?? []).flatMap((inner) => [inner.name.text, ...wordsOf(inner)])];
}
