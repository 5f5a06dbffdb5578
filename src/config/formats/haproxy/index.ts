import { Collector } from '../../deployment/collector.ts';
import type { DeclaredSetting, ProxyListener, ProxyPage, ProxyRoute } from '../../deployment/declarations.ts';
import { CALLERS } from '../../gates/caller.ts';
import { type Barrier, gateOf } from '../../gates/gate.ts';
import type { ConfigFormat } from '../format.ts';
import { bindListeners, bindReferences, bindTls, option, valueAt } from './bind.ts';
import { type Acls, type Asked, aclsOf, conditionHolds, criteriaOf } from './conditions.ts';
import { putsIn } from './put-in.ts';
import { type Ask, admitted, concernsCallers, diverted, ruleBarriers } from './rules.ts';
import { upstreamOf } from './server.ts';
import { statisticsLogins, statisticsOf } from './statistics.ts';
import { type Line, parseHaproxy, type Section } from './syntax.ts';

export const haproxy: ConfigFormat = {
  async read(source, context) {
    const { sections, troubles } = parseHaproxy(source, context.example);
    const out = new Collector();
    out.troubles.push(...troubles);
    const found = /reg/.test(source.text) ? (await import('../../gates/pattern.ts')).found : () => undefined;
    const globals = sections.filter(({ kind }) => kind === 'global').flatMap(({ lines }) => lines);
    const world: World = { globals, defaults: defaultsOf(sections), backends: backendsOf(sections), found };
    for (const section of sections) {
      out.settings.push(...originHeaders(section));
      out.credentials.push(...(section.kind === 'userlist' ? passwords(section) : statisticsLogins(section)));
      if (section.kind !== 'frontend' && section.kind !== 'listen') continue;
      const binds = section.lines.filter(({ name }) => name.text === 'bind');
      const listeners = binds.flatMap(bindListeners);
      for (const bind of binds) {
        out.references.push(...bindReferences(bind));
        if (bind.args.some(({ text }) => text === 'ssl')) out.tls.push(bindTls(bind, globals));
      }
      const { routes, pages } = routesOf(section, listeners, world);
      if (routes.length === 0 && pages.length === 0) continue;
      const { span } = section.title;
      out.proxies.push({ software: 'haproxy', listeners, routes, pages, span, example: context.example });
    }
    return out.declarations;
  },
};

interface World {
  readonly globals: readonly Line[];
  /** What each section takes over from the `defaults` before it. */
  readonly defaults: ReadonlyMap<Section, readonly Line[]>;
  /** By name; of two with one name the first. */
  readonly backends: ReadonlyMap<string, Section>;
  readonly found: Asked['found'];
}

function defaultsOf(sections: readonly Section[]): ReadonlyMap<Section, readonly Line[]> {
  const found = new Map<Section, readonly Line[]>();
  let last: readonly Line[] = [];
  for (const section of sections) {
    if (section.kind === 'defaults') last = section.lines;
    found.set(section, last);
  }
  return found;
}

function backendsOf(sections: readonly Section[]): ReadonlyMap<string, Section> {
  const backends = sections.filter(({ kind }) => kind === 'backend' || kind === 'listen');
  return new Map(backends.map((section) => [section.title.args[0]?.text ?? '', section] as const).reverse());
}

function routesOf(
  section: Section,
  listeners: readonly ProxyListener[],
  world: World,
): { readonly routes: readonly ProxyRoute[]; readonly pages: readonly ProxyPage[] } {
  const acls = aclsOf(section.lines);
  const tls = listeners.some((listener) => listener.tls === 'on');
  const asking =
    (path: string): Ask =>
    (caller) => ({ caller, path, tls, found: world.found });
  const rules = ruleBarriers(section, acls);
  const certificate = clientCertificate(section, listeners);
  const routes: ProxyRoute[] = [];
  const pages: ProxyPage[] = [];
  const show = (shown: Section, before: readonly Barrier[]): void => {
    const everybody = ({ args }: Line): boolean =>
      CALLERS.every((caller) => conditionHolds(args, aclsOf(shown.lines), asking('/')(caller)) === true);
    const page = statisticsOf(shown, world.defaults.get(shown) ?? [], everybody);
    if (!page) return;
    const inner = shown === section ? [] : ruleBarriers(shown, aclsOf(shown.lines))(asking(page.path));
    const gate = gateOf([...certificate, ...rules(asking(page.path)), ...before, ...inner, ...page.barriers]);
    pages.push({ what: 'statistics page', administers: page.administers, service: null, gate, span: page.span });
  };
  show(section, []);
  const add = (backend: Section | undefined, path: string, before: readonly Barrier[], line: Line): void => {
    if (!backend) return;
    if (backend !== section) show(backend, before);
    const upstream = upstreamOf(backend, { defaults: world.defaults.get(backend) ?? [], globals: world.globals });
    if (!upstream) return;
    const inner = backend === section ? [] : ruleBarriers(backend, aclsOf(backend.lines))(asking(path));
    const barriers = [...certificate, ...rules(asking(path)), ...before, ...inner];
    const shown = [section, backend].map((one) => putsIn(one, aclsOf(one.lines), asking(path)));
    const [put = null] = shown.filter((span) => span !== null);
    routes.push({ hosts: [], path, upstream, gate: gateOf(barriers), putsIn: put, span: line.span });
  };
  const backend = (name: string): Section | undefined => world.backends.get(name);
  const chosen: Line[] = [];
  for (const line of section.lines) {
    if (line.name.text !== 'use_backend') continue;
    const path = pathOf(line, acls);
    const ask = asking(path);
    const earlier = chosen.flatMap((one) => diverted(one, acls, ask));
    add(backend(line.args[0]?.text ?? ''), path, [...earlier, ...admitted(line, acls, ask)], line);
    if (chosen.length < MOST_DIVERSIONS && concernsCallers(line, acls)) chosen.push(line);
  }
  const rest = section.lines.findLast(({ name }) => name.text === 'default_backend');
  const earlier = chosen.flatMap((one) => diverted(one, acls, asking('/')));
  if (rest) add(backend(rest.args[0]?.text ?? ''), '/', earlier, rest);
  else if (section.kind === 'listen') {
    const server = section.lines.find(({ name }) => /^server(-template)?$/.test(name.text));
    if (server) add(section, '/', earlier, server);
  }
  return { routes, pages };
}

/** Each is tried for every route behind it. */
const MOST_DIVERSIONS = 20;

/** The path that a condition asks for, where it asks for one. */
function pathOf({ args }: Line, acls: Acls): string {
  for (const criterion of criteriaOf(args, acls)) {
    const prefix = /^(?:path|path_beg|url_beg|path_dir)(?:\s+-\w(?:\s+(?:beg|str))?)*\s+(\/\S*)/.exec(criterion)?.[1];
    if (prefix) return prefix;
  }
  return '/';
}

function clientCertificate(section: Section, listeners: readonly ProxyListener[]): readonly Barrier[] {
  const binds = section.lines.filter(({ name }) => name.text === 'bind');
  const required = binds.filter(({ args }) => option(args, 'verify')?.text === 'required');
  const [first] = required;
  if (!first) return [];
  const everywhere = required.length === binds.length && listeners.every(({ tls }) => tls === 'on');
  return [
    {
      kind: 'mtls',
      because: { span: first.span, text: '`verify required`' },
      meet: () => (everywhere ? 'refused' : 'passes'),
    },
  ];
}

/** `http-response set-header Access-Control-Allow-Origin *`. */
function originHeaders({ lines }: Section): readonly DeclaredSetting[] {
  return lines.flatMap(({ name, args }) => {
    const [action, header, value] = args;
    const sets = name.text === 'http-response' && /^(set|add)-header$/.test(action?.text ?? '');
    if (!sets || !header || !value || !/^access-control-allow-(origin|credentials)$/i.test(header.text)) return [];
    return [{ setting: header.text.toLowerCase(), value: valueAt(value), process: null }];
  });
}

/** `user x insecure-password y` is the password itself. */
function passwords({ lines }: Section): readonly DeclaredSetting[] {
  return lines.flatMap(({ args }) => {
    const password = option(args, 'insecure-password');
    return password ? [{ setting: 'insecure-password', value: valueAt(password), process: null }] : [];
  });
}
