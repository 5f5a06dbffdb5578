import { known, type Value } from '../deployment/value.ts';
import { holds, listKind } from '../gates/addresses.ts';
import { type Barrier, closed, undecided } from '../gates/gate.ts';
import { first, has, type Named, type TraefikModel, values, withoutProvider } from './model.ts';

const DEEPEST = 5;

/** What the middlewares of a router, in their order, do to strangers. */
export function middlewareBarriers(references: readonly Value[], model: TraefikModel, depth = 0): readonly Barrier[] {
  return references.flatMap((reference) => {
    const name = known(reference);
    if (name === undefined) return [undecided('middleware', reference.span, 'a middleware that is filled in later')];
    if (name === '' || depth > DEEPEST) return [];
    const middleware = model.named(name, 'http', 'middlewares');
    if (middleware) return barriersOf(middleware, reference, model, depth);
    if (HARMLESS.test(withoutProvider(name)) && !ACCESS.test(withoutProvider(name))) return [];
    return [undecided('middleware', reference.span, `the middleware ${name} is not among the files`)];
  });
}

/** What people call middlewares that have nothing to do with access. */
const HARMLESS =
  /redirect|https|compress|gzip|header|cors|strip|prefix|rate|buffer|retry|error|www|security|secure|hsts|cache|circuit|inflight/i;

/** What they call those that ask for something, and several in a row of which one may. */
const ACCESS =
  /auth|(?<![a-z])sso|oidc|login|ldap|saml|keycloak|allow|white-?list|internal|private|vpn|protect|guard|restrict|access|chain/i;

const USERS: readonly (readonly [string, string])[] = [
  ['basicauth', 'basic'],
  ['digestauth', 'digest'],
];

function barriersOf(middleware: Named, reference: Value, model: TraefikModel, depth: number): readonly Barrier[] {
  const { span } = reference;
  for (const [setting, kind] of USERS) {
    if (!has(middleware, setting)) continue;
    return [closed(kind, span, `the middleware ${middleware.name} is ${setting}`)];
  }
  if (has(middleware, 'forwardauth'))
    return [closed('forward-auth', span, `the middleware ${middleware.name} asks another`)];
  for (const setting of ['ipallowlist', 'ipwhitelist']) {
    if (!has(middleware, setting)) continue;
    const ranges = values(middleware, setting, 'sourcerange').map((range) => known(range) ?? '?');
    const open = ranges.some((range) => holds(range) === 'everybody');
    const text = `the middleware ${middleware.name} lets ${ranges.join(', ') || 'nobody'} in`;
    return [{ kind: listKind(ranges), because: { span, text }, meet: () => (open ? 'passes' : 'refused') }];
  }
  if (has(middleware, 'chain')) {
    return middlewareBarriers(values(middleware, 'chain', 'middlewares'), model, depth + 1);
  }
  const plugin = middleware.settings.find(({ path }) => path[0] === 'plugin');
  if (plugin && !HARMLESS.test(plugin.path[1] ?? '')) {
    return [undecided('plug-in', span, `the middleware ${middleware.name} is a plug-in`)];
  }
  return [];
}

/** Matchers of a rule that strangers do not meet: a client's address, a header with a certain value. */
export function ruleBarriers(rule: Value | undefined): readonly Barrier[] {
  if (!rule) return [];
  // A host name that is filled in later takes nothing from the matchers beside it.
  const { text } = rule;
  const matchers = [...text.matchAll(/(!?)\b(ClientIP|Headers?|HeadersRegexp|HeaderRegexp|Query)\(([^)]*)\)/gi)];
  if (matchers.length === 0) return [];
  if (text.includes('||') || matchers.some((match) => match[1] === '!')) {
    return [undecided('matcher', rule.span, 'the rule asks for more than a host and a path')];
  }
  return matchers.flatMap((match): readonly Barrier[] => {
    const name = (match[2] ?? '').toLowerCase();
    if (rule.kind === 'unresolved' && (match[3] ?? '').includes('$'))
      return [undecided('matcher', rule.span, `\`${match[2]}\` of a value that is filled in later`)];
    const words = [...(match[3] ?? '').matchAll(/`([^`]*)`|"([^"]*)"/g)].map((word) => word[1] ?? word[2] ?? '');
    if (name === 'clientip') {
      const open = words.some((range) => holds(range) === 'everybody');
      return open ? [] : [closed(listKind(words), rule.span, '`ClientIP` in the rule')];
    }
    if (name.endsWith('regexp')) return [undecided('matcher', rule.span, `\`${match[2]}\` in the rule`)];
    const certain = /authorization|key|token|auth|secret/i.test(words[0] ?? '') && (words[1] ?? '') !== '';
    return certain ? [closed('api-key', rule.span, `\`${match[2]}\` in the rule`)] : [];
  });
}

/** Client certificates that the TLS options of a router require. */
export function certificateBarriers(router: Named, tls: boolean, model: TraefikModel): readonly Barrier[] {
  const name = known(first(router, 'tls', 'options')) ?? 'default';
  const options = model.named(name, 'tls', 'options');
  const type = options && first(options, 'clientauth', 'clientauthtype');
  if (!type || known(type) !== 'RequireAndVerifyClientCert') return [];
  return [
    { kind: 'mtls', because: { span: type.span, text: '`clientAuthType`' }, meet: () => (tls ? 'refused' : 'passes') },
  ];
}
