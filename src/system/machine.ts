import type { Platform } from '../model/host.ts';
import type { FileRead, Files } from './ports.ts';
import type { BytesRead } from './read-bytes.ts';

/*
 * The machine itself, as `postern check` reads it. Everything here reads; the one exception is `setMode`, which only
 * `--fix` calls.
 */

/** Programs whose output is read. Nothing else is ever run, and none of these changes anything. */
export const INQUIRIES = {
  nft: ['nft', '-j', 'list', 'ruleset'],
  iptables: ['iptables-save'],
  ip6tables: ['ip6tables-save'],
  ss: ['ss', '-Hltn'],
  // Without --all: timers that are loaded and inactive start nothing.
  timers: ['systemctl', 'list-timers', '--no-pager', '--plain', '--no-legend'],
  lsof: ['lsof', '-nP', '-iTCP', '-sTCP:LISTEN', '-FpcLnt'],
  ps: ['ps', '-axww', '-o', 'pid=,user=,lstart=,command='],
  netstat: ['netstat', '-ano', '-p', 'TCP'],
  netstat6: ['netstat', '-ano', '-p', 'TCPv6'],
  tasklist: ['tasklist', '/v', '/fo', 'csv', '/nh'],
} as const satisfies Record<string, readonly string[]>;
export type Inquiry = keyof typeof INQUIRIES;

export type Told =
  | { readonly status: 'ok'; readonly text: string }
  | {
      readonly status: 'failed';
      readonly reason: 'not-installed' | 'not-permitted' | 'failed';
      readonly detail: string;
    };

export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface Machine {
  readonly platform: Platform;
  /** Whether this process may read what belongs to others. */
  readonly superuser: boolean;
  /** False for a tree that is not this running machine: then nothing is asked and no program is run. */
  readonly live: boolean;
  /** The same tree as the linter reads it. */
  readonly files: Files;
  read(path: string, maxBytes: number): Promise<FileRead>;
  readBytes(path: string, maxBytes: number): Promise<BytesRead>;
  /** Names in a directory, sorted; null when it cannot be read. */
  names(directory: string): Promise<readonly string[] | null>;
  /** Where a symbolic link points, as written; null when it is none or cannot be read. */
  link(path: string): Promise<string | null>;
  /** The path with every link followed; null when nothing is there. */
  real(path: string): Promise<string | null>;
  /** Of what a path leads to. */
  status(path: string): Promise<FileStatus | null>;
  /** `getfacl`'s entries beyond the mode, by number, e.g. `user:33:r--`; null where they cannot be read. */
  accessList(path: string): Promise<readonly string[] | null>;
  tell(inquiry: Inquiry): Promise<Told>;
  /** @throws what the system says when it refuses. */
  setMode(path: string, mode: number): Promise<void>;
}
