import { adviceLines, type Surroundings } from '../../model/advice.ts';
import type { Deployable } from '../../model/deploy.ts';
import type { DeclaredProcess } from '../deployment/declarations.ts';

type Placed = Pick<DeclaredProcess, 'image' | 'build' | 'network'>;

/** What the service's own file says of mending it, a line a means. `process`: null for a route that leads to it. */
export function adviceOf(service: Pick<Deployable, 'fix'> | undefined, process: Placed | null): string {
  return adviceLines(service?.fix ?? {}, process === null ? 'route' : surroundingsOf(process)).join('\n');
}

function surroundingsOf({ image, build, network }: Placed): Surroundings {
  if (image === null && build === null) return 'program';
  return network.kind === 'host' ? 'host-network' : 'container';
}
