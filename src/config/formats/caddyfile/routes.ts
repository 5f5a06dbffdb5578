import type { Collector } from '../../deployment/collector.ts';
import type { ProxyRoute } from '../../deployment/declarations.ts';
import { CALLERS } from '../../gates/caller.ts';
import { type Barrier, gateOf, undecided } from '../../gates/gate.ts';
import { type Ask, admits, guard, isGuard, turnsAway } from './gates.ts';
import { type Asked, takeMatcher } from './matchers.ts';
import { inOrder } from './order.ts';
import { putsIn } from './put-in.ts';
import { upstreamOf } from './reverse-proxy.ts';
import type { Segment } from './syntax.ts';
import { valueAt } from './values.ts';

export interface Step {
  readonly path: string;
  /** Names of the site, or of a matcher around. */
  readonly hosts: ProxyRoute['hosts'];
  readonly barriers: readonly Pending[];
  /** `request_header` lines that every request has passed. */
  readonly added: readonly Segment[];
  readonly named: ReadonlyMap<string, Segment>;
  readonly found: Asked['found'];
  readonly out: Collector;
  readonly depth: number;
}

/** A barrier, once it is known where the request goes. */
export type Pending = (ask: Ask) => Barrier;

const DEEPEST = 20;
/** They answer, so that what comes behind them is not reached. */
const ANSWERS = new Set(['respond', 'error', 'abort', 'redir', 'file_server', 'php_fastcgi', 'static_response']);
/** What comes after is only reached by those whom the block does not match. */
const EXCLUSIVE = new Set(['handle', 'handle_path']);
const BLOCKS = new Set(['handle', 'handle_path', 'route']);

/** The routes of a block, walked through in the order in which Caddy runs it. */
export function routesOf(segments: readonly Segment[], step: Step, literal = false): readonly ProxyRoute[] {
  if (step.depth > DEEPEST) return [];
  const matchers = segments.filter(({ name }) => name.text.startsWith('@'));
  const named = new Map([...step.named, ...matchers.map((one) => [one.name.text, one] as const)]);
  const directives = segments.filter(({ name }) => !name.text.startsWith('@'));
  const routes: ProxyRoute[] = [];
  let barriers: readonly Pending[] = step.barriers;
  let added = step.added;
  for (const segment of literal ? directives : inOrder(directives)) {
    const name = segment.name.text;
    const { matcher, rest } = takeMatcher(segment.args, named);
    const path = matcher.paths?.[0] === undefined ? step.path : prefixOf(matcher.paths[0]);
    const hosts = matcher.hosts.length > 0 ? matcher.hosts.map((one) => valueAt(one)) : step.hosts;
    const ask: Ask = (caller) => ({ caller, path, found: step.found });
    // A path does not guard: it says where the route is.
    const condition =
      matcher.kinds.length > 0 && matcher.paths === null ? [(asks: Ask) => admits(segment, matcher, asks)] : [];
    const inner = [...barriers, ...condition];
    const away: Pending = (asks) => turnsAway(segment, matcher, asks);
    if (BLOCKS.has(name) && segment.block) {
      const next = { ...step, path, hosts, named, added, barriers: inner, depth: step.depth + 1 };
      routes.push(...routesOf(segment.block, next, name === 'route'));
      if (EXCLUSIVE.has(name)) barriers = [...barriers, away];
    } else if (name === 'reverse_proxy') {
      const upstream = upstreamOf(segment, rest);
      if (upstream)
        routes.push({
          hosts,
          path,
          upstream,
          gate: gateOf(relevant(inner.map((pending) => pending(ask)))),
          putsIn: putsIn(segment, added),
          span: segment.span,
        });
      if (matcher.kinds.length === 0) break;
      barriers = [...barriers, away];
    } else if (ANSWERS.has(name)) {
      if (matcher.kinds.length === 0 && !(name === 'error' && rest.length === 0)) break;
      barriers = [...barriers, away];
    } else {
      const hidden = unseen(segment);
      if (isGuard(segment)) barriers = [...barriers, (asks) => guard(segment, matcher, asks)];
      else if (hidden) barriers = [...barriers, () => hidden];
      if (name === 'request_header' && matcher.kinds.length === 0) added = [...added, { ...segment, args: rest }];
      if (name === 'header') crossOrigin(segment, rest, step.out);
    }
  }
  return routes;
}

/** Only what has to do with who may come in. */
function relevant(barriers: readonly Barrier[]): readonly Barrier[] {
  return barriers.filter(
    (barrier) => ABOUT_CALLERS.has(barrier.kind) || CALLERS.some((caller) => barrier.meet(caller) !== 'passes'),
  );
}

const ABOUT_CALLERS = new Set(['basic', 'bearer', 'api-key', 'allow-list', 'private-networks', 'forward-auth']);

function prefixOf(pattern: string): string {
  const star = pattern.indexOf('*');
  const plain = star === -1 ? pattern : pattern.slice(0, star);
  return plain.startsWith('/') ? plain : '/';
}

const HARMLESS = /header|log|tls|gzip|encode|compress|cache|cors|static|error|metrics|security_headers|redirect|www/i;

/** Something else may stand here: a file that is not among these, or a placeholder. */
function unseen({ name, args, block, span }: Segment): Barrier | null {
  if (name.text === 'import' && !HARMLESS.test(args[0]?.text ?? '')) {
    return undecided('import', span, `${args[0]?.text ?? 'what is imported'} is not among the files`);
  }
  if (name.unknown !== null && args.length === 0 && !block)
    return undecided('template', span, 'a placeholder puts something in here');
  return null;
}

function crossOrigin({ block }: Segment, rest: Segment['args'], out: Collector): void {
  const lines = [rest, ...(block ?? []).map((line) => [line.name, ...line.args])];
  for (const [field, value] of lines) {
    const name = field?.text.toLowerCase().replace(/^[+?>]/, '') ?? '';
    if (!value || !/^access-control-allow-(origin|credentials)$/.test(name)) continue;
    out.settings.push({ setting: name, value: valueAt(value), process: null });
  }
}
