import type { ProxyListener } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { authority, type Placed } from '../../source/placed.ts';
import { isOn, type Scope, setting } from './scope.ts';
import type { Directive } from './syntax.ts';
import { valueAt } from './values.ts';

/** The doors of a server (https://nginx.org/en/docs/http/ngx_http_core_module.html#listen). */
export function listenersOf(server: Directive, scope: Scope): readonly ProxyListener[] {
  const listens = scope.directives.filter(({ name }) => name === 'listen');
  // `ssl on` was removed in 1.25.1; in files it lives on.
  const everyTls = isOn(setting(scope, 'ssl'));
  if (listens.length === 0) {
    if (scope.directives.some(({ placeholder }) => placeholder)) return [];
    const port: Value = { kind: 'default', text: '80', span: server.nameSpan, via: [] };
    return [{ address: null, port, tls: everyTls ? 'on' : 'off', span: server.nameSpan }];
  }
  return listens.flatMap((listen) => {
    const [place, ...options] = listen.args;
    if (!place) return [];
    const tls = everyTls || options.some(({ text }) => text === 'ssl' || text === 'quic');
    const doubtful = options.some(({ text }) => text.includes('$') || text.includes('{{'));
    return [{ ...door(place, scope), tls: tls ? 'on' : doubtful ? 'unknown' : 'off', span: listen.span } as const];
  });
}

function door(place: Placed, scope: Scope): { readonly address: Value | null; readonly port: Value | null } {
  const { text } = place;
  if (text.startsWith('unix:')) return { address: valueAt(place, scope), port: null };
  if (/^\$\{?\w+\}?$|^\{\{[^}]*\}\}$/.test(text)) return { address: null, port: valueAt(place, scope) };
  const { host, port } = authority(place, 'port');
  return {
    address: host === null || host.text === '*' ? null : valueAt(host, scope),
    port: port === null ? { kind: 'default', text: '80', span: place.span, via: [] } : valueAt(port, scope),
  };
}
