import { listKind, throughList } from '../../gates/addresses.ts';
import type { Caller } from '../../gates/caller.ts';
import { type Barrier, closed, every, type Outcome, some, undecided } from '../../gates/gate.ts';
import { nearest, type Scope, setting } from './scope.ts';
import type { Directive } from './syntax.ts';
import { expand, type Request } from './variables.ts';

/** The barriers of the access phase in a block, `satisfy` applied. `ask` makes a fresh request for a caller. */
export function accessBarriers(scope: Scope, ask: (caller: Caller) => Request): readonly Barrier[] {
  const barriers = [...addressList(scope), ...basic(scope, ask), ...named(scope, ask)];
  const satisfy = setting(scope, 'satisfy');
  if (satisfy?.args[0]?.text === 'any' && barriers.length > 1) {
    return [
      {
        kind: barriers.map(({ kind }) => kind).join(' or '),
        because: { span: satisfy.span, text: '`satisfy any`: one of them is enough' },
        meet: (caller) => some(barriers.filter(({ kind }) => kind !== 'nobody-named').map((one) => one.meet(caller))),
      },
    ];
  }
  return barriers;
}

function addressList(scope: Scope): readonly Barrier[] {
  const rules = nearest(scope, 'allow', 'deny');
  const [first] = rules;
  if (!first) return [];
  const outcome = throughList(rules.map(({ name, args }) => ({ allow: name === 'allow', range: args[0]?.text ?? '' })));
  const allowed = rules.filter(({ name }) => name === 'allow').map(({ args }) => args[0]?.text ?? '');
  const deciding = rules.findLast(({ args }) => args[0]?.text === 'all') ?? first;
  const text = outcome === 'refused' ? `only ${allowed.join(', ') || 'nobody'} may connect` : 'the list of addresses';
  return [{ kind: listKind(allowed), because: { span: deciding.span, text }, meet: () => outcome }];
}

function basic(scope: Scope, ask: (caller: Caller) => Request): readonly Barrier[] {
  const realm = setting(scope, 'auth_basic');
  const text = realm?.args[0]?.text;
  if (!realm || text === undefined || text === 'off') return [];
  if (!setting(scope, 'auth_basic_user_file')) {
    // ngx_http_auth_basic_handler() declines when there is no file to look into.
    return [
      {
        kind: 'basic',
        because: { span: realm.span, text: '`auth_basic` without `auth_basic_user_file`' },
        meet: () => 'passes',
      },
    ];
  }
  const meet = (caller: Caller): Outcome => {
    const known = expand(text, ask(caller));
    if (typeof known === 'string') return known === 'free' ? 'passes' : 'unknown';
    return known.text === 'off' ? 'passes' : 'refused';
  };
  return [{ kind: 'basic', because: { span: realm.span, text: '`auth_basic`' }, meet }];
}

/** Directives that hand the decision to something else. */
function named(scope: Scope, ask: (caller: Caller) => Request): readonly Barrier[] {
  const barriers: Barrier[] = [];
  const request = setting(scope, 'auth_request');
  if (request && request.args[0]?.text !== 'off') barriers.push(closed('forward-auth', request.span, '`auth_request`'));
  const token = setting(scope, 'auth_jwt');
  if (token && token.args[0]?.text !== 'off') barriers.push(closed('jwt', token.span, '`auth_jwt`'));
  const oidc = setting(scope, 'auth_oidc');
  if (oidc && oidc.args[0]?.text !== 'off') barriers.push(closed('oauth', oidc.span, '`auth_oidc`'));
  const pam = setting(scope, 'auth_pam') ?? setting(scope, 'auth_ldap');
  if (pam && pam.args[0]?.text !== 'off') barriers.push(closed('basic', pam.span, `\`${pam.name}\``));
  const script = SCRIPTS.map((name) => setting(scope, name)).find((one) => one !== undefined);
  if (script) barriers.push(undecided('script', script.span, `\`${script.name}\` decides in code`));
  void ask;
  return barriers;
}

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
  return directives
    .filter(({ name, block }) => name === 'limit_except' && block)
    .flatMap((limit) => {
      const excepted = new Set(limit.args.map(({ text }) => text.toUpperCase()));
      const inner = accessBarriers({ directives: limit.block ?? [], parent: scope }, ask);
      if (inner.length === 0) return [];
      const meet = (caller: Caller): Outcome =>
        excepted.has(caller.method) ? 'passes' : every(inner.map((barrier) => barrier.meet(caller)));
      return [{ kind: inner[0]?.kind ?? 'method', because: { span: limit.span, text: '`limit_except`' }, meet }];
    });
}
