import type { Deployable } from '../../model/deploy.ts';
import type { Listener } from '../../model/host.ts';
import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import { type DockerContainer, proxyPublication } from '../docker.ts';
import { knownProcess } from '../known-process.ts';
import { maskArguments } from '../mask-arguments.ts';
import type { ObservedListener } from '../observed.ts';
import { gatherDocker } from './gather-docker.ts';
import { gatherNamespaces, type OtherNamespace } from './gather-namespaces.ts';
import { gatherHolders, processReader, type RawProcess } from './gather-processes.ts';
import { type ListeningSocket, readSocketTable } from './socket-table.ts';

export interface GatheredListeners {
  readonly listeners: readonly ObservedListener[];
  readonly containers: readonly DockerContainer[];
  readonly troubles: readonly Trouble[];
}

const MAX_TABLE = 16 * 1_048_576;

/** Every listening TCP socket of this network namespace, with who holds it and what that was told. */
export async function gatherLinuxListeners(
  machine: Machine,
  services: readonly Deployable[],
): Promise<GatheredListeners> {
  const troubles: Trouble[] = [];
  const table = async (name: string): Promise<ListeningSocket[]> => {
    const read = await machine.read(`/proc/net/${name}`, MAX_TABLE);
    if (read.status === 'ok') return readSocketTable(read.text);
    // A kernel without IPv6 has no tcp6.
    if (name === 'tcp') troubles.push({ kind: 'not-read', where: '/proc/net/tcp', what: read.reason });
    return [];
  };
  const sockets = distinct([...(await table('tcp')), ...(await table('tcp6'))]);
  const held = await gatherHolders(machine, new Set(sockets.map(({ inode }) => inode)));
  const readProcess = await processReader(machine);
  const containers = await gatherDocker(machine);
  const namespaces = await gatherNamespaces(machine, held.pids);
  const stack = await dualStackReader(machine, sockets);

  const listeners: ObservedListener[] = [];
  for (const socket of sockets) {
    const holder = await firstStarted(held.holders.get(socket.inode) ?? [], readProcess);
    const published = holder?.name.startsWith('docker-proxy') ? proxyPublication(holder.argv) : null;
    const inside = published
      ? await insideProcess(published, containers, namespaces, held.holders, readProcess, machine)
      : null;
    const container = containerOf(inside ?? holder, containers, published?.containerAddress ?? null);
    const ports = published ? [published.hostPort, published.containerPort] : portsOf(holder, sockets, held.holders);
    const place = {
      kind: published ? ('docker-proxy' as const) : ('socket' as const),
      address: socket.address,
      port: socket.port,
      dualStack: stack(socket),
      forwardsTo: published ? `${published.containerAddress}:${published.containerPort}` : null,
    };
    listeners.push(described(place, inside ?? (published ? null : holder) ?? holder, container, ports, services));
  }
  if (held.closed > 0 && listeners.some(({ process }) => process === null)) {
    const hidden = listeners.filter(({ process }) => process === null).length;
    const what = `the processes behind ${hidden} of ${listeners.length} listening sockets belong to other users; run as root for more`;
    troubles.push({ kind: 'not-read', where: '/proc', what });
  }
  return { listeners, containers, troubles };
}

/** Everything that the process, and the container around it, says about a listener. */
export function described(
  place: Omit<Listener, 'process' | 'recognised'>,
  holder: RawProcess | null,
  container: DockerContainer | null,
  ports: readonly number[],
  services: readonly Deployable[],
): ObservedListener {
  const traits = {
    name: holder?.name ?? '',
    argv: holder?.argv ?? [],
    variables: holder?.variables ?? null,
    image: container?.image ?? null,
    ports,
  };
  const found = holder || container ? knownProcess(traits, services) : null;
  return {
    ...place,
    process: holder && {
      pid: holder.pid,
      name: holder.name,
      argv: maskArguments(holder.argv),
      user: holder.user,
      startedAt: holder.startedAt,
      unit: holder.unit,
      container: (container?.id ?? holder.container)?.slice(0, 12) ?? null,
      image: container?.image ?? null,
    },
    recognised: found && { service: found.service, name: found.name, by: found.by },
    settings: found?.settings ?? null,
  };
}

/** Several processes may hold one socket: systemd hands it on, a master shares it with its workers. */
async function firstStarted(
  pids: readonly number[],
  read: (pid: number) => Promise<RawProcess | null>,
): Promise<RawProcess | null> {
  const own = pids.length > 1 ? pids.filter((pid) => pid !== 1) : pids;
  const processes = (await Promise.all(own.map(read))).filter((process) => process !== null);
  processes.sort((a, b) => compare(a.startedAt ?? '', b.startedAt ?? '') || a.pid - b.pid);
  return processes[0] ?? null;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The process in the container that a published port leads to. */
async function insideProcess(
  published: { readonly containerAddress: string; readonly containerPort: number },
  containers: readonly DockerContainer[],
  namespaces: readonly OtherNamespace[],
  holders: ReadonlyMap<string, readonly number[]>,
  read: (pid: number) => Promise<RawProcess | null>,
  machine: Machine,
): Promise<RawProcess | null> {
  const namespace = namespaces.find(({ addresses }) => addresses.includes(published.containerAddress));
  const inodes = namespace?.inodes.get(published.containerPort) ?? [];
  if (inodes.length > 0) {
    const found = inodes.flatMap((inode) => holders.get(inode) ?? []);
    const pids =
      found.length > 0 ? found : (await gatherHolders(machine, new Set(inodes))).holders.values().next().value;
    const listening = await firstStarted(pids ?? [], read);
    if (listening) return listening;
  }
  const container = containers.find(({ addresses }) => addresses.includes(published.containerAddress));
  return container ? read(container.pid) : null;
}

function containerOf(
  holder: RawProcess | null,
  containers: readonly DockerContainer[],
  address: string | null,
): DockerContainer | null {
  return (
    containers.find(({ id }) => id === holder?.container) ??
    containers.find(({ addresses }) => address !== null && addresses.includes(address)) ??
    null
  );
}

function portsOf(
  holder: RawProcess | null,
  sockets: readonly ListeningSocket[],
  holders: ReadonlyMap<string, readonly number[]>,
): number[] {
  if (!holder) return [];
  return sockets.filter(({ inode }) => holders.get(inode)?.includes(holder.pid)).map(({ port }) => port);
}

/**
 * Whether `::` takes IPv4 too. The kernel does not say so in /proc; `ss` asks it and writes `*` where it does. Without it,
 * a second socket on 0.0.0.0 shows that it does not.
 */
async function dualStackReader(
  machine: Machine,
  sockets: readonly ListeningSocket[],
): Promise<(socket: ListeningSocket) => Listener['dualStack']> {
  const told = sockets.some(({ address }) => address === '::') ? await machine.tell('ss') : null;
  const both = new Set<number>();
  const six = new Set<number>();
  for (const line of told?.status === 'ok' ? told.text.split('\n') : []) {
    const [, , , local = ''] = line.trim().split(/\s+/);
    const port = Number(local.slice(local.lastIndexOf(':') + 1));
    if (local.startsWith('*:')) both.add(port);
    else if (local.startsWith('[::]:')) six.add(port);
  }
  return ({ address, port }) => {
    if (address !== '::') return null;
    if (both.has(port)) return true;
    if (six.has(port)) return false;
    return sockets.some((other) => other.port === port && other.address === '0.0.0.0') ? false : 'unknown';
  };
}

/** With SO_REUSEPORT one place has several sockets. */
function distinct(sockets: readonly ListeningSocket[]): ListeningSocket[] {
  const byPlace = new Map(sockets.map((socket) => [`${socket.address}\n${socket.port}`, socket]));
  return [...byPlace.values()].sort((a, b) => a.port - b.port || compare(a.address, b.address));
}
