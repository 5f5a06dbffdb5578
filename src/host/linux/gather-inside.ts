import type { Container } from '../container.ts';
import type { OtherNamespace } from './gather-namespaces.ts';
import type { ProcessReader, RawProcess } from './gather-processes.ts';

/** Who answers behind a port that leads into a container. */
export interface Inside {
  readonly holder: RawProcess | null;
  readonly container: Container | null;
}

export type InsideReader = (address: string, port: number) => Promise<Inside>;

/** Finds the process that listens at an address of another network namespace, and the container around it. */
export function insideReader(
  containers: readonly Container[],
  namespaces: readonly OtherNamespace[],
  holders: ReadonlyMap<string, readonly number[]>,
  read: ProcessReader,
): InsideReader {
  return async (address, port) => {
    const named = containers.find(({ addresses }) => addresses.includes(address)) ?? null;
    const namespace = namespaces.find(({ addresses }) => addresses.includes(address));
    const inodes = namespace?.inodes.get(port) ?? [];
    const listening = await firstStarted(
      inodes.flatMap((inode) => holders.get(inode) ?? []),
      read,
    );
    const holder = listening ?? (named?.pid ? await read(named.pid) : null);
    return { holder, container: containerOf(holder, containers) ?? named };
  };
}

export function containerOf(holder: RawProcess | null, containers: readonly Container[]): Container | null {
  return containers.find(({ id }) => id === holder?.container) ?? null;
}

/** Several processes may hold one socket: systemd hands it on, a master shares it with its workers. */
export async function firstStarted(pids: readonly number[], read: ProcessReader): Promise<RawProcess | null> {
  const own = pids.length > 1 ? pids.filter((pid) => pid !== 1) : pids;
  const processes = (await Promise.all(own.map(read))).filter((process) => process !== null);
  processes.sort((a, b) => compare(a.startedAt ?? '', b.startedAt ?? '') || a.pid - b.pid);
  return processes[0] ?? null;
}

export function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
