import type { Deployable } from '../../model/deploy.ts';
import type { Listener } from '../../model/host.ts';
import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { Container } from '../container.ts';
import { proxyPublication } from '../docker.ts';
import type { Translation } from '../firewall/ruleset.ts';
import type { ObservedListener } from '../observed.ts';
import { described } from './described.ts';
import { gatherContainers } from './gather-containers.ts';
import { forwardedReader } from './gather-forwarded.ts';
import { compare, containerOf, firstStarted, insideReader } from './gather-inside.ts';
import { gatherNamespaces } from './gather-namespaces.ts';
import { gatherHolders, processReader } from './gather-processes.ts';
import { gatherPublished } from './gather-published.ts';
import type { Running } from './gather-running.ts';
import { type ListeningSocket, readSocketTable } from './socket-table.ts';

export interface GatheredListeners {
  readonly listeners: readonly ObservedListener[];
  readonly containers: readonly Container[];
  readonly troubles: readonly Trouble[];
}

const MAX_TABLE = 16 * 1_048_576;

/** Every listening TCP socket of this network namespace, with who holds it and what that was told. */
export async function gatherLinuxListeners(
  machine: Machine,
  running: Running,
  services: readonly Deployable[],
  translations: readonly Translation[],
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
  const pids = running.programs.map(({ pid }) => pid);
  const namespaces = await gatherNamespaces(machine, pids);
  const foreign = namespaces.flatMap(({ inodes }) => [...inodes.values()].flat());
  const held = await gatherHolders(machine, pids, new Set([...sockets.map(({ inode }) => inode), ...foreign]));
  const readProcess = await processReader(machine);
  const containers = await gatherContainers(machine, running);
  const inside = insideReader(containers, namespaces, held.holders, readProcess);
  const forwarded = forwardedReader(machine, { running, namespaces, inside, read: readProcess });
  const stack = await dualStackReader(machine, sockets);

  const listeners: ObservedListener[] = [];
  for (const socket of sockets) {
    const holder = await firstStarted(held.holders.get(socket.inode) ?? [], readProcess);
    const published = holder?.name.startsWith('docker-proxy') ? proxyPublication(holder.argv) : null;
    if (published) {
      const { hostPort, containerAddress, containerPort } = published;
      const { holder: listening, container } = await inside.at(containerAddress, containerPort);
      const place = placeOf(socket, 'docker-proxy', stack, `${containerAddress}:${containerPort}`);
      listeners.push(described(place, listening ?? holder, container, [hostPort, containerPort], services));
      continue;
    }
    const passed = holder && (await forwarded(holder, socket.port));
    if (passed) {
      const place = placeOf(socket, 'socket', stack, passed.forwardsTo);
      listeners.push(described(place, passed.holder ?? holder, passed.container, [socket.port], services));
      continue;
    }
    const place = placeOf(socket, 'socket', stack, null);
    const ports = portsOf(holder, sockets, held.holders);
    listeners.push(described(place, holder, containerOf(holder, containers), ports, services));
  }
  if (held.closed > 0 && listeners.some(({ process }) => process === null)) {
    const hidden = listeners.filter(({ process }) => process === null).length;
    const what = `the processes behind ${hidden} of ${listeners.length} listening sockets belong to other users; run as root for more`;
    troubles.push({ kind: 'not-read', where: '/proc', what });
  }
  const published = await gatherPublished(listeners, { translations, containers, inside }, services);
  return { listeners: published, containers, troubles };
}

function placeOf(
  socket: ListeningSocket,
  kind: Listener['kind'],
  stack: (socket: ListeningSocket) => Listener['dualStack'],
  forwardsTo: string | null,
) {
  return { kind, address: socket.address, port: socket.port, dualStack: stack(socket), forwardsTo };
}

function portsOf(
  holder: { readonly pid: number } | null,
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
