import type { Collector } from '../../deployment/collector.ts';
import type { DeclaredProxy, ProxyListener, ProxyRoute } from '../../deployment/declarations.ts';
import { placeGate } from './gate.ts';
import { headerSettings } from './headers.ts';
import { listenersOf } from './listen.ts';
import { putsIn } from './put-in.ts';
import { inside, type Scope } from './scope.ts';
import type { Directive } from './syntax.ts';
import { declaredTls, tlsReferences } from './tls.ts';
import { PASSES, upstreamOf } from './upstream.ts';
import { valueAt } from './values.ts';
import type { World } from './variables.ts';

export interface Around {
  readonly world: World;
  readonly layer: 'http' | 'stream';
  readonly example: boolean;
}

/** One virtual server: what it listens on, where it leads, and what stands in between. */
export function readServer(server: Directive, parent: Scope, around: Around, draft: Collector): void {
  const scope = inside(parent, server.block ?? []);
  const listeners = listenersOf(server, scope);
  const routes = routesOf(scope, scope, listeners, around, draft);
  const hosts = scope.directives
    .filter(({ name }) => name === 'server_name')
    .flatMap(({ args }) => args)
    .filter(({ text }) => text !== '_' && text !== '')
    .map((argument) => valueAt(argument, scope));
  if (listeners.some(({ tls }) => tls !== 'off')) {
    const tls = declaredTls(scope, server.span);
    if (tls) draft.tls.push({ ...tls, hosts });
  }
  draft.references.push(...tlsReferences(scope));
  if (routes.length === 0) return;
  const proxy: DeclaredProxy = {
    software: 'nginx',
    listeners,
    routes: routes.map((route) => ({ ...route, hosts })),
    span: server.span,
    example: around.example,
  };
  draft.proxies.push(proxy);
}

/** A `location` at the top of a file, for some server to include. */
export function readFragment(directives: readonly Directive[], around: Around, draft: Collector): void {
  const scope = inside(null, directives);
  const routes = walk({ server: null, scope, path: '/', listeners: [], conditions: [], around, draft, depth: 0 });
  const [first] = routes;
  if (!first) return;
  draft.proxies.push({ software: 'nginx', listeners: [], routes, span: first.span, example: around.example });
}

function routesOf(
  server: Scope,
  scope: Scope,
  listeners: readonly ProxyListener[],
  around: Around,
  draft: Collector,
): readonly ProxyRoute[] {
  if (around.layer === 'http' && answersItself(server)) return [];
  return walk({ server, scope, path: '/', listeners, conditions: [], around, draft, depth: 0 });
}

interface Step {
  readonly server: Scope | null;
  readonly scope: Scope;
  readonly path: string;
  readonly listeners: readonly ProxyListener[];
  readonly conditions: readonly Directive[];
  readonly around: Around;
  readonly draft: Collector;
  readonly depth: number;
}

/** A `return` that no `if` surrounds answers everything. */
function answersItself(scope: Scope): boolean {
  return scope.directives.some(({ name }) => name === 'return');
}

function walk(step: Step): readonly ProxyRoute[] {
  const { scope, around, draft } = step;
  draft.settings.push(...headerSettings(scope.directives, scope));
  const routes: ProxyRoute[] = [];
  for (const directive of scope.directives) {
    if (Object.hasOwn(PASSES, directive.name)) routes.push(...routeOf(directive, step));
    if (!directive.block || step.depth > DEEPEST) continue;
    if (directive.name === 'location') {
      const inner = inside(scope, directive.block);
      if (directive.block.some(({ name }) => name === 'internal') || answersItself(inner)) continue;
      const path = directive.args.at(-1)?.text ?? '/';
      routes.push(
        ...walk({
          ...step,
          scope: inner,
          path: directive.args.length > 1 ? ordinary(path) : path,
          depth: step.depth + 1,
        }),
      );
    } else if (directive.name === 'if' && around.layer === 'http') {
      const passes = directive.block.filter(({ name }) => Object.hasOwn(PASSES, name));
      const conditions = [...step.conditions, directive];
      routes.push(...passes.flatMap((pass) => routeOf(pass, { ...step, conditions })));
    }
  }
  return routes;
}

const DEEPEST = 20;

/** A path that a modified location (`=`, `~`, `^~`) matches, as far as it is plain. */
function ordinary(pattern: string): string {
  const [plain = '/'] = /^\/?[\w./-]*/.exec(pattern.replace(/^\^/, '')) ?? [];
  return plain.startsWith('/') ? plain : `/${plain}`;
}

function routeOf(pass: Directive, { server, scope, path, listeners, conditions, around }: Step): readonly ProxyRoute[] {
  const upstream = upstreamOf(pass, scope, around.world, around.layer);
  if (!upstream) return [];
  const place = { server, location: scope, path, listeners, conditions, world: around.world };
  return [{ hosts: [], path, upstream, gate: placeGate(place), putsIn: putsIn(place), span: pass.span }];
}
