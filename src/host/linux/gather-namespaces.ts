import type { Machine } from '../../system/machine.ts';
import { localAddresses, localAddresses6 } from './local-addresses.ts';
import { readSocketTable } from './socket-table.ts';

/** A network namespace other than ours: a container's. */
export interface OtherNamespace {
  /** As /proc names it: `net:[4026532392]`. */
  readonly name: string;
  /** Processes in it. */
  readonly members: readonly number[];
  readonly addresses: readonly string[];
  /** Inodes of listening sockets by port. */
  readonly inodes: ReadonlyMap<number, readonly string[]>;
}

const MAX_FILE = 4 * 1_048_576;

/** The network namespaces, other than ours, of those of the processes that may be read. */
export async function gatherNamespaces(machine: Machine, pids: readonly number[]): Promise<OtherNamespace[]> {
  const own = await machine.link('/proc/self/ns/net');
  const groups = new Map<string, number[]>();
  for (const pid of pids) {
    const name = await machine.link(`/proc/${pid}/ns/net`);
    if (name !== null && name !== own) groups.set(name, [...(groups.get(name) ?? []), pid]);
  }
  const text = async (path: string): Promise<string> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : '';
  };
  return Promise.all(
    [...groups].map(async ([name, members]) => {
      const net = `/proc/${members[0]}/net`;
      const files = ['fib_trie', 'if_inet6', 'tcp', 'tcp6'];
      const [trie = '', six = '', tcp = '', tcp6 = ''] = await Promise.all(files.map((file) => text(`${net}/${file}`)));
      const inodes = new Map<number, string[]>();
      for (const { port, inode } of [...readSocketTable(tcp), ...readSocketTable(tcp6)])
        inodes.set(port, [...(inodes.get(port) ?? []), inode]);
      return { name, members, addresses: [...localAddresses(trie), ...localAddresses6(six)], inodes };
    }),
  );
}
