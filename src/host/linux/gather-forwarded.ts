import type { Machine } from '../../system/machine.ts';
import { proxyPublication } from '../docker.ts';
import { pastaTarget } from '../podman.ts';
import type { Inside, InsideReader } from './gather-inside.ts';
import type { OtherNamespace } from './gather-namespaces.ts';
import type { ProcessReader, RawProcess } from './gather-processes.ts';
import type { Running } from './gather-running.ts';

/** Where a port leads that a program of a rootless engine holds and passes on. */
export interface Forwarded extends Inside {
  /** Null where nothing tells which port it is inside. */
  readonly forwardsTo: string | null;
}

/** Null: it passes nothing on, or nobody knows where to. */
export type ForwardedReader = (holder: RawProcess, port: number) => Promise<Forwarded | null>;

interface Sources {
  readonly running: Running;
  readonly namespaces: readonly OtherNamespace[];
  readonly inside: InsideReader;
  readonly read: ProcessReader;
}

/**
 * Follows the ports of engines without root, which no rule of the kernel rewrites. Sources: containers/podman
 * cmd/rootlessport/main.go, containers/common libnetwork/pasta/pasta_linux.go, moby/moby cmd/docker-proxy.
 */
export function forwardedReader(machine: Machine, { running, namespaces, inside, read }: Sources): ForwardedReader {
  const into = async (namespace: OtherNamespace | undefined, port: number | null): Promise<Forwarded | null> => {
    if (namespace === undefined) return null;
    const [address] = namespace.addresses;
    const forwardsTo = address === undefined || port === null ? null : place(address, port);
    return { ...(await inside.within(namespace, port)), forwardsTo };
  };

  /** It, or its child, is in the container's namespace; which port it goes to was told to it where nobody sees it. */
  const byRootlessport = async (holder: RawProcess, port: number): Promise<Forwarded | null> => {
    const family = [
      holder.pid,
      ...running.programs.filter(({ parent }) => parent === holder.pid).map(({ pid }) => pid),
    ];
    const names = await Promise.all(family.map((pid) => machine.link(`/proc/${pid}/ns/net`)));
    const namespace = namespaces.find(({ name }) => names.includes(name));
    const ports = [...(namespace?.inodes.keys() ?? [])];
    const [only, ...others] = ports;
    return into(namespace, ports.includes(port) ? port : others.length === 0 ? (only ?? null) : null);
  };

  /** Its arguments have the port, and a path for the namespace that leads there for its own user only. */
  const byPasta = async (holder: RawProcess, port: number): Promise<Forwarded | null> => {
    const target = pastaTarget(holder.argv, port);
    if (target === null) return null;
    const candidates = namespaces.filter(({ inodes }) => inodes.has(target));
    return candidates.length === 1 ? into(candidates[0], target) : null;
  };

  /** Docker's own proxy listens on the same port inside of rootlesskit's namespace. */
  const byRootlesskit = async (_holder: RawProcess, port: number): Promise<Forwarded | null> => {
    for (const { pid, name } of running.programs) {
      if (!name.startsWith('docker-proxy')) continue;
      const published = proxyPublication((await read(pid))?.argv ?? []);
      if (published?.hostPort !== port) continue;
      const { containerAddress, containerPort } = published;
      return {
        ...(await inside.at(containerAddress, containerPort)),
        forwardsTo: place(containerAddress, containerPort),
      };
    }
    return null;
  };

  return async (holder, port) => {
    if (holder.name === 'rootlessport') return byRootlessport(holder, port);
    if (/^pasta(?:\.avx2)?$/.test(holder.name)) return byPasta(holder, port);
    return holder.name === 'rootlesskit' ? byRootlesskit(holder, port) : null;
  };
}

function place(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
