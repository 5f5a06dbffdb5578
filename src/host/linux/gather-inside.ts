import type { Container } from '../container.ts';
import type { OtherNamespace } from './gather-namespaces.ts';
import type { ProcessReader, RawProcess } from './gather-processes.ts';

/** Who answers behind a port that leads into a container. */
export interface Inside {
  readonly holder: RawProcess | null;
  readonly container: Container | null;
}

export interface InsideReader {
  /** Behind an address that rules or arguments name. */
  at(address: string, port: number): Promise<Inside>;
  /** In a namespace; on any port where that is null. */
  within(namespace: OtherNamespace, port: number | null): Promise<Inside>;
}

/** Finds the process that listens in another network namespace, and the container around it. */
export function insideReader(
  containers: readonly Container[],
  namespaces: readonly OtherNamespace[],
  holders: ReadonlyMap<string, readonly number[]>,
  read: ProcessReader,
): InsideReader {
  const within: InsideReader['within'] = async ({ inodes, members }, port) => {
    const wanted = port === null ? [...inodes.values()].flat() : (inodes.get(port) ?? []);
    const pids = new Set(wanted.flatMap((inode) => holders.get(inode) ?? []));
    const holder = await firstStarted([...pids], read);
    const around = containers.filter(({ pid }) => pid !== null && members.includes(pid));
    // The containers of a pod share one namespace.
    const container = around.length === 1 ? around[0] : around.find(({ pid }) => pid === holder?.pid);
    return { holder, container: containerOf(holder, containers) ?? container ?? null };
  };
  return {
    within,
    async at(address, port) {
      const namespace = namespaces.find(({ addresses }) => addresses.includes(address));
      const found = namespace ? await within(namespace, port) : null;
      const named = containers.find(({ addresses }) => addresses.includes(address)) ?? null;
      const holder = found?.holder ?? (named?.pid ? await read(named.pid) : null);
      return { holder, container: containerOf(holder, containers) ?? named ?? found?.container ?? null };
    },
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
