import type { Gate, ProxyListener } from '../../deployment/declarations.ts';
import { CALLERS, type Caller } from '../../gates/caller.ts';
import { type Barrier, gateOf, type Outcome, undecided } from '../../gates/gate.ts';
import { accessBarriers, limitBarriers } from './access.ts';
import { holdsTrue, rewritten } from './rewrite.ts';
import { named, PLACEHOLDERS, type Scope, scopes } from './scope.ts';
import type { Directive } from './syntax.ts';
import { requiresClientCertificate } from './tls.ts';
import type { Request, World } from './variables.ts';

export interface Place {
  /** The server block, or null for a fragment. */
  readonly server: Scope | null;
  readonly location: Scope;
  /** Prefix that requests to this location have. */
  readonly path: string;
  readonly listeners: readonly ProxyListener[];
  readonly world: World;
  /** Conditions of `if` blocks around the `proxy_pass`. */
  readonly conditions: readonly Directive[];
}

/** What stands between a stranger and the upstream of this place. */
export function placeGate(place: Place): Gate {
  const ask = asking(place);
  const rewrittenRequest = (caller: Caller): Request => rewrittenFor(place, caller);
  const barriers = [
    ...certificate(place),
    ...rewriting(place, ask),
    ...taken(place, rewrittenRequest),
    ...accessBarriers(place.location, rewrittenRequest),
    ...limitBarriers(place.location, place.location.directives, rewrittenRequest),
    ...unseen(place),
  ];
  return gateOf(barriers);
}

function asking({ listeners, world, path }: Place): (caller: Caller) => Request {
  const tls = listeners.some((listener) => listener.tls === 'on');
  return (caller) => ({ caller, world, path, tls, set: new Map() });
}

/** Variables that rewriting sets are seen by what comes after it. */
export function rewrittenFor(place: Place, caller: Caller): Request {
  const request = asking(place)(caller);
  rewrite(place, request);
  return request;
}

function rewrite({ server, location }: Place, request: Request): Outcome {
  const first = server && server !== location ? rewritten(server.directives, request) : 'passes';
  return first === 'refused' ? first : rewritten(location.directives, request) === 'refused' ? 'refused' : first;
}

/** Each `if` that turns strangers away is a barrier; together they are judged by walking through all of them. */
function rewriting(place: Place, ask: (caller: Caller) => Request): readonly Barrier[] {
  const blocks = place.server && place.server !== place.location ? [place.server, place.location] : [place.location];
  const conditions = blocks.flatMap(({ directives }) =>
    named(directives, 'if').filter(({ block }) => block?.some((inner) => ENDS.has(inner.name))),
  );
  const [telling] = [...conditions.filter(({ args }) => args.some(({ text }) => CREDENTIAL.test(text))), ...conditions];
  if (!telling) return [];
  const meet = (caller: Caller): Outcome => {
    const request = ask(caller);
    const outcomes = blocks.map(({ directives }) => rewritten(directives, request));
    if (outcomes.includes('refused')) return 'refused';
    return outcomes.includes('unknown') ? 'unknown' : 'passes';
  };
  const condition = telling.args.map(({ text }) => text).join(' ');
  // `if ($host = …) return 301` and its like have nothing to do with who may come in.
  if (!CREDENTIAL.test(condition) && CALLERS.every((caller) => meet(caller) === 'passes')) return [];
  return [
    {
      kind: kindOf(condition, place.world),
      because: { span: telling.span, text: '`if` that turns requests away' },
      meet,
    },
  ];
}

/** `if (…) { proxy_pass …; }`: only those for whom the condition holds get through here. */
function taken({ conditions, world }: Place, ask: (caller: Caller) => Request): readonly Barrier[] {
  return conditions.map((condition) => ({
    kind: kindOf(condition.args.map(({ text }) => text).join(' '), world),
    because: { span: condition.span, text: '`if` around the upstream' },
    meet: (caller: Caller): Outcome => {
      const verdict = holdsTrue(condition.args, ask(caller));
      if (verdict === 'unknown') return 'unknown';
      return verdict === false ? 'refused' : 'passes';
    },
  }));
}

const ENDS = new Set(['return', 'rewrite', 'deny']);
const CREDENTIAL = /authorization|key|token|cookie|auth|ssl_client|remote_addr|allow|valid|geo/i;

function kindOf(condition: string, world: World): string {
  const map = world.maps.get(/\$\{?(\w+)/.exec(condition)?.[1] ?? '');
  if (map?.kind === 'geo') return 'allow-list';
  if (map && !world.maps.has(map.source.slice(1))) return kindOf(map.source, world);
  if (/ssl_client/.test(condition)) return 'mtls';
  if (/remote_addr|geo|allow|whitelist/.test(condition)) return 'allow-list';
  if (/cookie/.test(condition)) return 'cookie';
  return /key/i.test(condition) ? 'api-key' : 'bearer';
}

function certificate({ server, listeners }: Place): readonly Barrier[] {
  const span = server ? requiresClientCertificate(server) : null;
  if (!span) return [];
  const everywhere = listeners.length > 0 && listeners.every(({ tls }) => tls === 'on');
  const text = everywhere ? '`ssl_verify_client on`' : '`ssl_verify_client on`, but not on the plaintext port';
  return [{ kind: 'mtls', because: { span, text }, meet: () => (everywhere ? 'refused' : 'passes') }];
}

/** Snippets that packages and tutorials include for other things than authentication. */
const HARMLESS =
  /mime\.types|(fastcgi|uwsgi|scgi|proxy|grpc)[\w.-]*(params|headers?|conf|settings|common)|proxy|ssl|tls|dhparam|letsencrypt|acme|certbot|gzip|cache|header|websocket|cors|log|security|limit|error|php|static|cloudflare|real_?ip|modules/i;
const ABOUT_ACCESS = /auth|access|allow|deny|oauth|sso|login|whitelist|acl|protect/i;

/** What is included from elsewhere, or put in by a template, may guard. */
function unseen({ server, location }: Place): readonly Barrier[] {
  const outer = server?.parent ?? null;
  const barriers: Barrier[] = [];
  for (const scope of scopes(location)) {
    if (scope === outer) break;
    for (const { span } of named(scope.directives, PLACEHOLDERS)) {
      barriers.push(undecided('template', span, 'a template puts something in here'));
    }
    for (const { args, span } of named(scope.directives, 'include')) {
      const path = args[0]?.text ?? '';
      if (ABOUT_ACCESS.test(path) || !HARMLESS.test(path)) {
        barriers.push(undecided('include', span, `${path} is not among the files`));
      }
    }
  }
  if (!server)
    barriers.push(undecided('fragment', location.directives[0]?.span ?? NOWHERE, 'the server block is elsewhere'));
  return barriers;
}

const NOWHERE = { file: '', start: 0, end: 0 };
