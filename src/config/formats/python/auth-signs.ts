import type { Gate } from '../../deployment/declarations.ts';
import type { Bindings } from './bindings.ts';
import type { Call, Module } from './syntax.ts';

const AUTH_NAME =
  /auth|token|api_?key|bearer|security|login|jwt|verif|current_user|permission|credential|guard|require/i;
const SIGNS =
  /\b(HTTPBearer|HTTPBasic|HTTPDigest|APIKey(Header|Query|Cookie)|OAuth2\w*|OpenIdConnect|HTTPAuthorizationCredentials|HTTPBasicCredentials|Security\s*\(|login_required|jwt_required|token_required|require_(api_)?(key|auth|token)\w*|requires?_auth\w*|HTTPTokenAuth|HTTPBasicAuth|flask_login|flask_httpauth|fastapi_users|AuthenticationMiddleware|authlib|check_(api_)?(key|auth|token)\w*|verify_(api_)?(key|token|auth)\w*|validate_(api_)?(key|token)\w*|get_current_(active_)?user|compare_digest|basic_auth|BasicAuth|x[-_]api[-_]key)\b|headers\s*(\.get\(|\[)\s*["'](authorization|x-api-key)["']|\bauthorization\s*:\s*[^,)\n]*Header\(/i;

/**
 * What an application's code shows of asking callers who they are. `on` only where the whole application is behind it;
 * a sign somewhere in the file leaves it open which routes it guards.
 */
export function authOf(bindings: Bindings, apps: readonly Call[], elsewhere: boolean): Gate {
  const { module } = bindings;
  for (const app of apps) {
    const dependencies = app.keywords.get('dependencies') ?? app.keywords.get('middleware');
    if (dependencies && AUTH_NAME.test(module.textOf(dependencies)))
      return gate('on', bindings, dependencies, 'dependencies of the application');
  }
  for (const call of module.calls) {
    if (!/(^|\.)add_middleware$/.test(call.callee)) continue;
    const [middleware] = call.positional;
    if (middleware && AUTH_NAME.test(module.textOf(middleware)))
      return gate('on', bindings, middleware, module.textOf(middleware));
  }
  const sign = signIn(module);
  if (sign) return gate('unknown', bindings, sign, module.text.slice(sign.from, sign.to).trim().slice(0, 60));
  return { state: elsewhere ? 'unknown' : 'off', kinds: [], because: [] };
}

export function signIn(module: Module): { readonly from: number; readonly to: number } | null {
  for (const match of module.text.matchAll(new RegExp(SIGNS, 'gi'))) {
    const lineStart = module.text.lastIndexOf('\n', match.index) + 1;
    if (!/^\s*#/.test(module.text.slice(lineStart, match.index)))
      return { from: match.index, to: match.index + match[0].length };
  }
  return null;
}

function gate(
  state: Gate['state'],
  bindings: Bindings,
  node: { readonly from: number; readonly to: number },
  text: string,
): Gate {
  return { state, kinds: ['application'], because: [{ span: bindings.span(node), text }] };
}
