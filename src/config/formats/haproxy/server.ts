import type { ProxyRoute } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { authority, part } from '../../source/placed.ts';
import { option, valueAt } from './bind.ts';
import type { Line, Section, Word } from './syntax.ts';

type Upstream = ProxyRoute['upstream'];

/** The servers of a back end; null when it has none. */
export function upstreamOf(
  backend: Section,
  { defaults: inherited, globals }: { readonly defaults: readonly Line[]; readonly globals: readonly Line[] },
): Upstream | null {
  const lines = [...inherited, ...backend.lines];
  const servers = backend.lines.filter(({ name }) => name.text === 'server' || name.text === 'server-template');
  const [first] = servers;
  if (!first) return null;
  const defaults = lines.filter(({ name }) => name.text === 'default-server').flatMap(({ args }) => args);
  const mode = lines.findLast(({ name }) => name.text === 'mode')?.args[0]?.text ?? 'tcp';
  const words = servers.map(({ args }) => [...args.slice(2), ...defaults]);
  const tls = words.filter((options) => options.some(({ text }) => text === 'ssl'));
  const targets = servers.flatMap(({ name, args }) => {
    const place = args[name.text === 'server-template' ? 2 : 1];
    return place ? [target(place)] : [];
  });
  const span = first.args[1]?.span ?? first.span;
  return {
    scheme: mode === 'tcp' ? 'tcp' : tls.length > 0 ? 'https' : 'http',
    targets,
    verify: leastChecked(tls.map((options) => verification(options, globals, span))),
    span,
  };
}

/** One server that is not checked is enough for whoever gets between. */
function leastChecked(all: readonly Upstream['verify'][]): Upstream['verify'] {
  return all.find((one) => one?.on === false) ?? all[0] ?? null;
}

function target(place: Word): { readonly host: Value; readonly port: Value | null } {
  const prefix = /^(ipv4@|ipv6@|tcp@)/.exec(place.text)?.[0].length ?? 0;
  const rest = part(place, prefix);
  if (/^(unix@|\/)/.test(rest.text)) {
    const path = valueAt(part(rest, /^[a-z]+@/.exec(rest.text)?.[0].length ?? 0));
    return { host: path.kind === 'unresolved' ? path : { ...path, text: `unix:${path.text}` }, port: null };
  }
  const { host, port } = authority(rest);
  return { host: valueAt(host ?? rest), port: port && valueAt(port) };
}

/** Servers are verified unless `verify none` says otherwise (manual, ssl-server-verify). */
function verification(words: readonly Word[], globals: readonly Line[], span: Upstream['span']): Upstream['verify'] {
  const own = option(words, 'verify');
  if (own) return { on: own.text !== 'none', span: own.span, stated: true };
  const global = globals.findLast(({ name }) => name.text === 'ssl-server-verify')?.args[0];
  if (global) return { on: global.text !== 'none', span: global.span, stated: true };
  return { on: true, span, stated: false };
}
