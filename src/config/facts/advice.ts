import type { Deployable } from '../../model/deploy.ts';

/** What the service's own file says of mending it, a line a means. */
export function adviceOf(service: Pick<Deployable, 'fix'> | undefined): string {
  return Object.entries(service?.fix ?? {})
    .map(([means, text]) => (means === 'general' ? text.trim() : `${means}: ${text.trim()}`))
    .join('\n');
}
