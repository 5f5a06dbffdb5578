import type { Machine } from '../../system/machine.ts';
import {
  argumentsOf,
  bootTime,
  effectiveUser,
  namesByNumber,
  placementOf,
  processName,
  startedAt,
  startTicks,
  variablesOf,
} from './process-text.ts';

/** A process as /proc shows it. Arguments and variables are raw: they stay inside `host/`. */
export interface RawProcess {
  readonly pid: number;
  readonly name: string;
  readonly argv: readonly string[];
  readonly variables: ReadonlyMap<string, string> | null;
  readonly user: string | null;
  readonly startedAt: string | null;
  readonly unit: string | null;
  /** The whole id. */
  readonly container: string | null;
}

const MAX_FILE = 4 * 1_048_576;

export type ProcessReader = (pid: number) => Promise<RawProcess | null>;

export interface SocketHolders {
  /** Processes by inode of the sockets they hold. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
  /** Processes whose open files could not be listed. */
  readonly closed: number;
}

/** Every process, in order of its number. */
export async function gatherPids(machine: Machine): Promise<number[]> {
  const names = (await machine.names('/proc')) ?? [];
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Who holds which of the sockets. */
export async function gatherHolders(
  machine: Machine,
  pids: readonly number[],
  inodes: ReadonlySet<string>,
): Promise<SocketHolders> {
  const holders = new Map<string, number[]>();
  let closed = 0;
  for (const pid of pids) {
    const descriptors = await machine.names(`/proc/${pid}/fd`);
    if (descriptors === null) {
      // A process that has just ended is none that was kept from us.
      if ((await machine.names(`/proc/${pid}`)) !== null) closed += 1;
      continue;
    }
    const links = await Promise.all(descriptors.map((name) => machine.link(`/proc/${pid}/fd/${name}`)));
    const held = links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []);
    for (const inode of new Set(held)) {
      if (inodes.has(inode)) holders.set(inode, [...(holders.get(inode) ?? []), pid]);
    }
  }
  return { holders, closed };
}

/** Reads single processes, each once. */
export async function processReader(machine: Machine): Promise<ProcessReader> {
  const text = async (path: string): Promise<string | null> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : null;
  };
  const boot = bootTime((await text('/proc/stat')) ?? '');
  const users = namesByNumber((await text('/etc/passwd')) ?? '');
  const known = new Map<number, Promise<RawProcess | null>>();

  const read = async (pid: number): Promise<RawProcess | null> => {
    const [stat, cmdline, status, cgroup, environ] = await Promise.all(
      ['stat', 'cmdline', 'status', 'cgroup', 'environ'].map((name) => text(`/proc/${pid}/${name}`)),
    );
    if (stat === null || stat === undefined) return null;
    const uid = effectiveUser(status ?? '');
    return {
      pid,
      name: processName(stat),
      argv: argumentsOf(cmdline ?? ''),
      variables: environ === null || environ === undefined ? null : variablesOf(environ),
      user: uid === null ? null : (users.get(uid) ?? String(uid)),
      startedAt: startedAt(startTicks(stat), boot),
      ...placementOf(cgroup ?? ''),
    };
  };
  return (pid) => {
    const process = known.get(pid) ?? read(pid);
    known.set(pid, process);
    return process;
  };
}
