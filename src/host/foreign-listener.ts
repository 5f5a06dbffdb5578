import type { Deployable } from '../model/deploy.ts';
import { knownProcess } from './known-process.ts';
import { maskArguments } from './mask-arguments.ts';
import type { ObservedListener } from './observed.ts';
import { splitCommandLine } from './split-command-line.ts';

/** A listener as the tools of macOS and Windows show it: the command line is one text. */
export interface ForeignSocket {
  readonly address: string;
  readonly port: number;
  /** Every port of the same process. */
  readonly ports: readonly number[];
  readonly pid: number;
  readonly name: string;
  readonly commandLine: string;
  readonly user: string | null;
}

export function foreignListener(socket: ForeignSocket, services: readonly Deployable[]): ObservedListener {
  const { address, port, ports, pid, name, user } = socket;
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
