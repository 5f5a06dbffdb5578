import { holds, listKind, throughList } from '../../gates/addresses.ts';
import type { Caller } from '../../gates/caller.ts';
import { type Barrier, closed, every, type Outcome, undecided } from '../../gates/gate.ts';
import { named, nearest, type Scope, setting } from './scope.ts';
import type { Directive } from './syntax.ts';
import { expand, type Request } from './variables.ts';

/** The barriers of the access phase in a block, `satisfy` applied. `ask` makes a fresh request for a caller. */
export function accessBarriers(scope: Scope, ask: (caller: Caller) => Request): readonly Barrier[] {
  const barriers = [...addressList(scope), ...basic(scope, ask), ...deciders(scope)];
  const satisfy = setting(scope, 'satisfy');
  if (satisfy?.args[0]?.text === 'any' && barriers.length > 1) {
    const kind = barriers.map((barrier) => barrier.kind).join(' or ');
    const text = '`satisfy any`: one of them is enough';
    return [{ kind, because: { span: satisfy.span, text }, meet: (caller) => satisfied(barriers, caller) }];
  }
  return barriers;
}

/**
 * Phase handlers that decline leave it to the others; one that allows ends the phase, and with none of those a refusal
 * counts (ngx_http_core_access_phase()).
 */
function satisfied(barriers: readonly AccessBarrier[], caller: Caller): Outcome {
  const outcomes = barriers.map((barrier) => ({ outcome: barrier.meet(caller), allows: barrier.allows }));
  if (outcomes.some(({ outcome, allows }) => outcome === 'passes' && allows)) return 'passes';
  if (outcomes.some(({ outcome }) => outcome === 'unknown')) return 'unknown';
  return outcomes.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'passes';
}

interface AccessBarrier extends Barrier {
  /** Whoever passes was allowed, and not merely left to others. */
  readonly allows: boolean;
}

function addressList(scope: Scope): readonly AccessBarrier[] {
  const rules = nearest(scope, 'allow', 'deny');
  const [first] = rules;
  if (!first) return [];
  const outcome = throughList(rules.map(({ name, args }) => ({ allow: name === 'allow', range: args[0]?.text ?? '' })));
  const allows = rules.some(({ name, args }) => name === 'allow' && holds(args[0]?.text ?? '') === 'everybody');
  const allowed = rules.filter(({ name }) => name === 'allow').map(({ args }) => args[0]?.text ?? '');
  const deciding = rules.findLast(({ args }) => args[0]?.text === 'all') ?? first;
  const text = outcome === 'refused' ? `only ${allowed.join(', ') || 'nobody'} may connect` : 'the list of addresses';
  return [{ kind: listKind(allowed), because: { span: deciding.span, text }, allows, meet: () => outcome }];
}

function basic(scope: Scope, ask: (caller: Caller) => Request): readonly AccessBarrier[] {
  const realm = setting(scope, 'auth_basic');
  const text = realm?.args[0]?.text;
  if (!realm || text === undefined || text === 'off') return [];
  if (!setting(scope, 'auth_basic_user_file')) {
    // ngx_http_auth_basic_handler() declines when there is no file to look into.
    return [
      {
        kind: 'basic',
        because: { span: realm.span, text: '`auth_basic` without `auth_basic_user_file`' },
        allows: false,
        meet: () => 'passes',
      },
    ];
  }
  const meet = (caller: Caller): Outcome => {
    const known = expand(text, ask(caller));
    if (typeof known === 'string') return known === 'free' ? 'passes' : 'unknown';
    return known.text === 'off' ? 'passes' : 'refused';
  };
  return [{ kind: 'basic', because: { span: realm.span, text: '`auth_basic`' }, allows: false, meet }];
}

/** Directives that hand the decision to something else. */
function deciders(scope: Scope): readonly AccessBarrier[] {
  const found = DECIDERS.flatMap(([name, kind]) => {
    const directive = setting(scope, name);
    const off = directive?.args[0]?.text === 'off';
    return directive && !off ? [{ ...closed(kind, directive.span, `\`${name}\``), allows: false }] : [];
  });
  const script = SCRIPTS.map((name) => setting(scope, name)).find((one) => one !== undefined);
  if (!script) return found;
  return [...found, { ...undecided('script', script.span, `\`${script.name}\` decides in code`), allows: false }];
}

const DECIDERS = [
  ['auth_request', 'forward-auth'],
  ['auth_jwt', 'jwt'],
  ['auth_oidc', 'oauth'],
  ['auth_pam', 'basic'],
  ['auth_ldap', 'basic'],
  ['auth_digest', 'digest'],
] as const;
const SCRIPTS = [
  'access_by_lua_block',
  'access_by_lua_file',
  'access_by_lua',
  'rewrite_by_lua_block',
  'rewrite_by_lua_file',
  'rewrite_by_lua',
  'server_rewrite_by_lua_block',
  'js_access',
  'perl',
];

/** `limit_except GET { … }` holds for every method but those; allowing GET allows HEAD. */
export function limitBarriers(
  scope: Scope,
  directives: readonly Directive[],
  ask: (caller: Caller) => Request,
): readonly Barrier[] {
  return named(directives, 'limit_except')
    .filter(({ block }) => block)
    .flatMap((limit) => {
      const excepted = new Set(limit.args.map(({ text }) => text.toUpperCase()));
      const inner = accessBarriers({ directives: limit.block ?? [], parent: scope }, ask);
      if (inner.length === 0) return [];
      const meet = (caller: Caller): Outcome =>
        excepted.has(caller.method) ? 'passes' : every(inner.map((barrier) => barrier.meet(caller)));
      return [{ kind: inner[0]?.kind ?? 'method', because: { span: limit.span, text: '`limit_except`' }, meet }];
    });
}
