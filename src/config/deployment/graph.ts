import type { Deployable } from '../../model/deploy.ts';
import { joinTraefik } from '../traefik/join.ts';
import { isStage } from './built.ts';
import type { Declarations } from './declarations.ts';
import type { Door } from './door.ts';
import { doorsOf } from './doors.ts';
import { type ProxiedRoute, proxiedRoutes } from './proxied.ts';
import { proxySwitches } from './proxy-clients.ts';
import { type RunningProcess, runningProcesses } from './running.ts';
import { tunnelPublications } from './tunnel-containers.ts';

/** Everything that files declare, joined: what runs, who can come in by which way, and what they meet there. */
export interface Graph {
  readonly declared: Declarations;
  readonly running: readonly RunningProcess[];
  readonly doors: readonly Door[];
  readonly routes: readonly ProxiedRoute[];
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
  return {
    declared,
    running,
    doors: doorsOf(running),
    routes: proxiedRoutes(declared.proxies, running, services),
  };
}

/** Whether somebody from elsewhere can reach any listener of a process; null where its file does not say how it is run, or what. */
export function exposureOf(graph: Graph, running: RunningProcess): boolean | null {
  const doors = graph.doors.filter((door) => door.running === running);
  const routes = graph.routes.filter((routed) => routed.running === running);
  if ([...doors, ...routes].some(({ reach }) => isFar(reach))) return true;
  if (running.view === null) return null;
  return doors.some(({ reach }) => reach === 'unknown') || isStage(running.process) ? null : false;
}

export function isFar(reach: Door['reach']): boolean {
  return reach === 'lan' || reach === 'public';
}
