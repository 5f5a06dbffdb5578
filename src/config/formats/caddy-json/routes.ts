import { entries, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { Segment } from '../caddyfile/syntax.ts';
import { matcherSets } from './matchers.ts';
import { reverseProxy } from './reverse-proxy.ts';
import { line, word, words } from './words.ts';

/** What the routes of a server refer to, and whether there are more of them than are read. */
export class Routing {
  /** `named_routes`, for `invoke`. */
  readonly named: YamlNode | undefined;
  exceeded = false;
  #seen = 0;
  /** How much is walked through for some lines; matchers and `invoke` let the same lines be walked again and again. */
  readonly #weights = new WeakMap<readonly Segment[], number>();

  constructor(named: YamlNode | undefined) {
    this.named = named;
  }

  /** A number of its own for one more route, or null where they are too many. */
  next(): number | null {
    this.#seen += 1;
    return this.allows(this.#seen) ? this.#seen : null;
  }

  allows(weight: number): boolean {
    if (weight > MOST) this.exceeded = true;
    return weight <= MOST;
  }

  weight(lines: readonly Segment[]): number {
    const known = this.#weights.get(lines) ?? lines.reduce((sum, { block }) => sum + 1 + this.weight(block ?? NONE), 0);
    this.#weights.set(lines, known);
    return known;
  }
}

const NONE: readonly Segment[] = [];
export const MOST = 1_000;
const DEEPEST = 20;

/** Routes as lines of a `route` block, which run as they are written (https://caddyserver.com/docs/json/apps/http/servers/routes/). */
export function routeLines(routes: YamlNode | undefined, routing: Routing, depth = 0): readonly Segment[] {
  if (depth > DEEPEST) return [];
  let total = 0;
  return items(routes).flatMap((route): readonly Segment[] => {
    const number = routing.next();
    if (number === null) return [];
    const inner = items(get(route, 'handle')).flatMap((handler) => handlerLines(handler, routing, depth));
    const terminal = scalar(get(route, 'terminal'))?.text === 'true';
    const sets = matcherSets(get(route, 'match'), `${depth}-${number}`);
    total += (1 + routing.weight(inner)) * (sets?.length ?? 1);
    if (!routing.allows(total)) return [];
    if (sets === null) return terminal ? [block(route, [], inner)] : inner;
    return sets.flatMap(({ definition, reference }) => [
      definition,
      // Whoever got an answer goes no further.
      ...(terminal || inner.some(answers)
        ? [block(route, [reference], inner)]
        : inner.map((one) => ({ ...one, args: [reference, ...one.args] }))),
    ]);
  });
}

/** `handle` sorts what is in it, `route` does not. */
function block(route: YamlNode, args: Segment['args'], inner: readonly Segment[]): Segment {
  return line('handle', route.span, args, [line('route', route.span, [], inner)]);
}

const ANSWERS = new Set(['reverse_proxy', 'static_response', 'file_server', 'error', 'handle']);

function answers({ name }: Segment): boolean {
  return ANSWERS.has(name.text);
}

/** The directive that the Caddyfile has for a guard. */
const GUARDS: ReadonlyMap<string, string> = new Map([
  ['http_basic', 'basic_auth'],
  ['jwt', 'jwtauth'],
  ['authorizer', 'authorize'],
]);

function handlerLines(handler: YamlNode, routing: Routing, depth: number): readonly Segment[] {
  const kind = scalar(get(handler, 'handler'));
  if (!kind) return [];
  const { text, span } = kind;
  switch (text) {
    case 'subroute':
      return routeLines(get(handler, 'routes'), routing, depth + 1);
    case 'invoke': {
      const name = scalar(get(handler, 'name'))?.text ?? '';
      const route = get(routing.named, name);
      return route ? routeLines({ kind: 'list', items: [route], span, tag: null }, routing, depth + 1) : [];
    }
    case 'authentication': {
      const providers = entries(get(handler, 'providers'));
      if (providers.length === 0) return [line(text, span)];
      return providers.map(({ key, keySpan }) => line(GUARDS.get(key) ?? text, keySpan));
    }
    case 'reverse_proxy':
      return [reverseProxy(handler, span)];
    case 'headers':
      return headerLines(handler);
    case 'error':
      return [line(text, span, [scalarWord(get(handler, 'status_code')) ?? word({ text: '500', span })])];
    default:
      return [line(text, span)];
  }
}

function headerLines(handler: YamlNode): readonly Segment[] {
  return [
    ['request', 'request_header'],
    ['response', 'header'],
  ].flatMap(([side = '', directive = '']) =>
    ['set', 'add'].flatMap((operation) =>
      entries(get(handler, side, operation)).flatMap(({ key, keySpan, value }) =>
        words(value).map((one) => line(directive, one.span, [word({ text: key, span: keySpan }), one])),
      ),
    ),
  );
}

function scalarWord(node: YamlNode | undefined) {
  const found = scalar(node);
  return found && word(found);
}
