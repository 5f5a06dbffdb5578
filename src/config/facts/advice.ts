import type { Deployable } from '../../model/deploy.ts';
import type { DeclaredProcess } from '../deployment/declarations.ts';

/** Means that help where the service runs so; the others are for somebody else's file. */
const MEANS = {
  container: ['general', 'compose', 'env', 'config'],
  program: ['general', 'env', 'flag', 'unit', 'config'],
  route: ['general', 'proxy'],
} as const;

/** What the service's own file says of mending it, a line a means. `process`: null for a route that leads to it. */
export function adviceOf(
  service: Pick<Deployable, 'fix'> | undefined,
  process: Pick<DeclaredProcess, 'image' | 'build'> | null,
): string {
  const how = process === null ? 'route' : process.image === null && process.build === null ? 'program' : 'container';
  const all = Object.entries(service?.fix ?? {});
  const fitting = all.filter(([means]) => (MEANS[how] as readonly string[]).includes(means));
  return (fitting.length > 0 ? fitting : all)
    .map(([means, text]) => (means === 'general' ? text.trim() : `${means}: ${text.trim()}`))
    .join('\n');
}
