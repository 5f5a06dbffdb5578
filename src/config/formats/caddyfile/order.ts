import type { Segment } from './syntax.ts';

/** The order in which Caddy runs directives, whatever the order they are written in (https://caddyserver.com/docs/caddyfile/directives#directive-order). */
const ORDER: readonly string[] = [
  'map',
  'vars',
  'fs',
  'root',
  'log_append',
  'skip_log',
  'log_skip',
  'header',
  'request_body',
  'redir',
  'method',
  'rewrite',
  'uri',
  'try_files',
  'basicauth',
  'basic_auth',
  'forward_auth',
  'request_header',
  'encode',
  'push',
  'intercept',
  'templates',
  'invoke',
  'handle',
  'handle_path',
  'route',
  'abort',
  'error',
  'respond',
  'metrics',
  'reverse_proxy',
  'php_fastcgi',
  'file_server',
  'acme_server',
];
const RANK = new Map(ORDER.map((name, index) => [name, index]));
/** What Caddy does not know is ordered by a global option; authentication plug-ins ask to be put before `respond`. */
const OTHERS = ORDER.indexOf('basicauth');

export function inOrder(segments: readonly Segment[]): readonly Segment[] {
  // `handle` and `handle_path` exclude each other and are sorted as one.
  const rank = ({ name }: Segment): number => RANK.get(name.text.replace(/^handle_path$/, 'handle')) ?? OTHERS;
  return [...segments].sort((a, b) => rank(a) - rank(b) || specificity(b) - specificity(a));
}

/** Of the same directive the one with the longest path comes first, and one without a matcher last. */
function specificity({ args }: Segment): number {
  const first = args[0]?.text ?? '';
  if (first.startsWith('/')) return 1000 + first.replace(/\*$/, '').length;
  return first.startsWith('@') ? 1 : 0;
}
