import type { Deployable } from '../model/deploy.ts';
import { knownProcess } from './known-process.ts';
import { maskArguments } from './mask-arguments.ts';
import type { ObservedListener } from './observed.ts';
import { splitCommandLine } from './split-command-line.ts';

/** A listener as the tools of macOS and Windows show it: the command line is one text. */
export interface ForeignSocket {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly name: string;
  readonly commandLine: string;
  readonly user: string | null;
}

/** Each place once: several processes may hold one socket, or one process twice; the first of them counts. */
export function foreignListeners(
  sockets: readonly ForeignSocket[],
  services: readonly Deployable[],
): ObservedListener[] {
  const byPlace = new Map<string, ForeignSocket>();
  for (const socket of sockets) {
    const place = `${socket.address}\n${socket.port}`;
    const known = byPlace.get(place);
    if (known === undefined || socket.pid < known.pid) byPlace.set(place, socket);
  }
  return [...byPlace.values()].map((socket) => {
    const ports = sockets.filter(({ pid }) => pid === socket.pid).map(({ port }) => port);
    return described(socket, [...new Set(ports)], services);
  });
}

function described(socket: ForeignSocket, ports: readonly number[], services: readonly Deployable[]): ObservedListener {
  const { address, port, pid, name, user } = socket;
  const argv = splitCommandLine(socket.commandLine);
  const found = knownProcess({ name, argv, variables: null, image: null, ports }, services);
  return {
    kind: 'socket',
    address,
    port,
    dualStack: address === '::' ? 'unknown' : null,
    process: {
      pid,
      name,
      argv: maskArguments(argv),
      user,
      startedAt: null,
      unit: null,
      container: null,
      image: null,
    },
    forwardsTo: null,
    recognised: found && { service: found.service, name: found.name, by: found.by },
    settings: found?.settings ?? null,
  };
}
