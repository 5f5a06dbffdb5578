/** Where a service runs, as far as it matters for mending it. `host-network`: in a container, on the host's own addresses. */
export type Surroundings = 'container' | 'host-network' | 'program' | 'route' | 'unknown';

/** Means that help there, the best first; the others are for somebody else's file. */
const MEANS = {
  container: ['general', 'compose', 'config', 'env'],
  'host-network': ['general', 'env', 'config', 'flag'],
  program: ['general', 'env', 'flag', 'unit', 'config'],
  route: ['general', 'proxy'],
  unknown: null,
} as const satisfies Record<Surroundings, readonly string[] | null>;

/** What a service's own file says of mending it, a line a means. */
export function adviceLines(fix: Readonly<Record<string, string>>, where: Surroundings): string[] {
  const all = Object.entries(fix);
  const fitting = MEANS[where]?.flatMap((means) => all.filter(([own]) => own === means)) ?? all;
  const chosen = where === 'container' ? fitting.flatMap(withoutLoopback) : fitting;
  return (chosen.length > 0 ? chosen : all).map(([means, text]) =>
    means === 'general' ? text.trim() : `${means}: ${text.trim()}`,
  );
}

/** A variable that makes a server listen on loopback, among the things to set, which `; ` separates. */
const LOOPBACK = /^[A-Z][A-Z0-9_]*=(?:127\.0\.0\.1|localhost|::1)\b/;

/** Who listens on loopback inside of a container is reached by nobody, by way of its published port neither. */
function withoutLoopback([means, text]: readonly [string, string]): (readonly [string, string])[] {
  if (means === 'config' && /127\.0\.0\.1|localhost/.test(text)) return [];
  if (means !== 'env') return [[means, text]];
  const kept = text.split('; ').filter((part) => !LOOPBACK.test(part));
  return kept.length === 0 ? [] : [[means, kept.join('; ')]];
}
