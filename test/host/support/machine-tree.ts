import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of the tree: its text, its text with a mode and an age, or a link. */
export type TreeFile =
  | string
  | { readonly link: string }
  | { readonly text: string; readonly mode?: number; readonly modified?: string };

/** Writes a tree that stands for a whole machine. Directories are open to all, as on a real one. */
export function writeTree(root: string, files: Readonly<Record<string, TreeFile>>): void {
  chmodSync(root, 0o755);
  for (const [path, file] of Object.entries(files)) {
    if (typeof file !== 'string' && 'link' in file) {
      mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
      symlinkSync(file.link, join(root, path));
      continue;
    }
    const { text, mode = 0o644, modified = '2026-01-01T00:00:00Z' } = typeof file === 'string' ? { text: file } : file;
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    writeFileSync(target, text);
    chmodSync(target, mode);
    utimesSync(target, new Date(modified), new Date(modified));
  }
}

/** Everything about a tree that a run must not change. */
export function digestOf(root: string): string {
  const hash = createHash('sha256');
  for (const name of (readdirSync(root, { recursive: true, encoding: 'utf8' }) as string[]).sort()) {
    const path = join(root, name);
    const { mode, mtimeMs, size } = lstatSync(path);
    hash.update(`${name}\n${mode}\n${mtimeMs}\n${size}\n`);
    if ((mode & 0o170000) === 0o100000) hash.update(readFileSync(path));
    if ((mode & 0o170000) === 0o120000) hash.update(readlinkSync(path));
  }
  return hash.digest('hex');
}

/** Started 1 November 2026, 10:00 UTC: the boot time is in /proc/stat, 100 ticks a second after it. */
const BOOT = Date.parse('2026-11-01T09:00:00Z') / 1000;

export interface TreeProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Where the command line is a title that the process wrote. */
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly cgroup?: string;
  /** 1 unless given. */
  readonly parent?: number;
  /** A network namespace of its own, with the address in it and its listening sockets: `[address in hex, port, inode]`. */
  readonly network?: {
    readonly name: string;
    readonly address: string;
    readonly sockets: readonly (readonly [string, number, number])[];
  };
  /** Inodes of the sockets it holds. */
  readonly holds?: readonly number[];
}

/** What /proc shows of a machine with these listeners: `[address in hex, port, inode]`. */
export function procOf(
  processes: readonly TreeProcess[],
  sockets: readonly (readonly [string, number, number])[],
): Record<string, TreeFile> {
  const row = ([address, port, inode]: readonly [string, number, number], i: number): string =>
    `   ${i}: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} ${'0'.repeat(address.length)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0`;
  const table = (width: number, of = sockets): string =>
    ['  sl  local_address', ...of.filter(([address]) => address.length === width).map(row)].join('\n');
  const files: Record<string, TreeFile> = {
    'proc/stat': `cpu 1 2 3\nbtime ${BOOT}\n`,
    'proc/net/tcp': table(8),
    'proc/net/tcp6': table(32),
    'proc/self/ns/net': { link: 'net:[1]' },
  };
  for (const {
    pid,
    argv,
    name: called,
    env = {},
    uid = 0,
    cgroup = '0::/',
    holds = [],
    parent = 1,
    network,
  } of processes) {
    const name = called ?? (argv[0] ?? '').split('/').at(-1) ?? '';
    files[`proc/${pid}/stat`] = `${pid} (${name}) S ${parent} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 360000 0 0`;
    for (const [i, inode] of holds.entries()) files[`proc/${pid}/fd/${i + 3}`] = { link: `socket:[${inode}]` };
    files[`proc/${pid}/ns/net`] = { link: network?.name ?? 'net:[1]' };
    if (network) {
      files[`proc/${pid}/net/tcp`] = table(8, network.sockets);
      files[`proc/${pid}/net/fib_trie`] = `  |-- ${network.address}\n     /32 host LOCAL\n`;
    }
    files[`proc/${pid}/cmdline`] = `${argv.join('\0')}\0`;
    files[`proc/${pid}/status`] = `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`;
    files[`proc/${pid}/cgroup`] = `${cgroup}\n`;
    files[`proc/${pid}/environ`] = Object.entries(env)
      .map(([key, value]) => `${key}=${value}\0`)
      .join('');
  }
  return files;
}
