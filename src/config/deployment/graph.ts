import type { Deployable } from '../../model/deploy.ts';
import { groupBy } from '../../model/group-by.ts';
import { joinTraefik } from '../traefik/join.ts';
import { isStage } from './built.ts';
import type { Declarations, DeclaredProxy } from './declarations.ts';
import type { Door } from './door.ts';
import { doorsOf } from './doors.ts';
import { type Front, frontsOf } from './front.ts';
import { type ProxiedRoute, proxiedRoutes } from './proxied.ts';
import { proxySwitches } from './proxy-clients.ts';
import { type RunningProcess, runningProcesses } from './running.ts';
import { tunnelPublications } from './tunnel-containers.ts';

/** Everything that files declare, joined: what runs, who can come in by which way, and what they meet there. */
export interface Graph {
  readonly declared: Declarations;
  readonly running: readonly RunningProcess[];
  readonly doors: readonly Door[];
  /** Each proxy as its callers find it. */
  readonly fronts: ReadonlyMap<DeclaredProxy, Front>;
  readonly routes: readonly ProxiedRoute[];
  /** Whether somebody from elsewhere can reach any listener; null where its file does not say how it is run, or what. */
  readonly exposed: ReadonlyMap<RunningProcess, boolean | null>;
}

export function buildGraph(written: Declarations, services: readonly Deployable[]): Graph {
  const told = joinTraefik(written.processes, written.traefik);
  const proxies = [...written.proxies, ...told.proxies];
  const declared: Declarations = {
    ...written,
    proxies,
    processes: [...written.processes, ...told.processes],
    publications: [...written.publications, ...tunnelPublications(written.processes)],
    clients: [...written.clients, ...proxySwitches(proxies)],
    tls: [...written.tls, ...told.tls],
    settings: [...written.settings, ...told.settings],
  };
  const running = runningProcesses(declared, services);
  const doors = doorsOf(running);
  const fronts = frontsOf(declared.proxies, running);
  const routes = proxiedRoutes(fronts, running, services);
  return { declared, running, doors, fronts, routes, exposed: exposure(running, doors, routes) };
}

function exposure(
  running: readonly RunningProcess[],
  doors: readonly Door[],
  routes: readonly ProxiedRoute[],
): Graph['exposed'] {
  const doorsTo = groupBy(doors, (door) => door.running);
  const far = new Set([...doors, ...routes].filter(({ reach }) => isFar(reach)).map((way) => way.running));
  return new Map(
    running.map((one) => {
      if (far.has(one)) return [one, true];
      const unsaid = doorsTo.get(one)?.some(({ reach }) => reach === 'unknown') || isStage(one.process);
      return [one, one.view === null || unsaid ? null : false];
    }),
  );
}

export function isFar(reach: Door['reach']): boolean {
  return reach === 'lan' || reach === 'public';
}
