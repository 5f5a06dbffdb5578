import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../model/host.ts';
import { type FileStatus, INQUIRIES, type Machine, type Told } from './machine.ts';
import { nodeFiles } from './node-files.ts';
import { readBytes } from './read-bytes.ts';
import { resolveWithin } from './resolve-within.ts';
import { rootedFiles } from './rooted-files.ts';

const KNOWN_PLATFORMS: Readonly<Record<string, Platform>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const INQUIRY_MS = 10_000;
const MAX_TOLD = 64 * 1_048_576;
/** Firewall tools are where an ordinary user's PATH does not look. */
const PROGRAM_PATH = '/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin';
const BOOT = '/proc/sys/kernel/random/boot_id';

/** This machine, or the tree below `root` as if it were one. */
export function nodeMachine(root: string | null): Machine {
  const inside = root === null ? async (path: string) => path : (path: string) => resolveWithin(root, path);
  const live = root === null || isRunningHere(root);
  const platform = root === null ? (KNOWN_PLATFORMS[process.platform] ?? 'other') : 'linux';
  return {
    platform,
    superuser: process.getuid?.() === 0,
    live,
    files: root === null ? nodeFiles : rootedFiles(root),
    async read(path, maxBytes) {
      const target = await inside(path);
      return (await isWaitedFor(path, target)) ? NO_FILE : nodeFiles.read(target, maxBytes);
    },
    async readBytes(path, maxBytes) {
      const target = await inside(path);
      return (await isWaitedFor(path, target)) ? { ...NO_FILE, directory: false } : readBytes(target, maxBytes);
    },
    names: async (directory) => {
      try {
        return (await readdir(await inside(directory))).sort();
      } catch {
        return null;
      }
    },
    link: async (path) => readlink(root === null ? path : join(root, path)).catch(() => null),
    real: async (path) => {
      try {
        const found = await realpath(await inside(path));
        const base = root === null ? '' : (await realpath(root)).replace(/\/$/, '');
        return base !== '' && found.startsWith(`${base}/`) ? found.slice(base.length) : found;
      } catch {
        return null;
      }
    },
    status: async (path) => statusOf(await inside(path)),
    accessList: async (path) => accessList(await inside(path)),
    tell: async (inquiry) =>
      live ? ask([...INQUIRIES[inquiry]]) : { status: 'failed', reason: 'failed', detail: 'not this running machine' },
    setMode: async (path, mode) => chmod(await inside(path), mode),
  };
}

const NO_FILE = { status: 'failed', reason: 'is no file' } as const;

/** Whoever opens a pipe waits for its other end, and anybody may leave one where a file is looked for; not in /proc. */
async function isWaitedFor(path: string, target: string): Promise<boolean> {
  return !path.startsWith('/proc/') && (await statusOf(target))?.kind === 'other';
}

/** A container that was given the host's file system, or a test: the same kernel's /proc is below the root. */
function isRunningHere(root: string): boolean {
  try {
    return readFileSync(join(root, BOOT), 'utf8') === readFileSync(BOOT, 'utf8');
  } catch {
    return false;
  }
}

async function statusOf(path: string): Promise<FileStatus | null> {
  try {
    const { mode, uid, gid, size, mtimeMs: modified, ...rest } = await stat(path);
    const isFile = (mode & 0o170000) === 0o100000;
    const isDirectory = (mode & 0o170000) === 0o040000;
    void rest;
    return {
      kind: isFile ? 'file' : isDirectory ? 'directory' : 'other',
      mode: mode & 0o7777,
      uid,
      gid,
      size,
      modified,
    };
  } catch {
    return null;
  }
}

/** Entries of named users and groups, by number; the owner's, the group's and the others' are in the mode already. */
async function accessList(path: string): Promise<readonly string[] | null> {
  const told = await ask(['getfacl', '--omit-header', '--absolute-names', '--numeric', '--', path]);
  if (told.status === 'failed') return null;
  return told.text
    .split('\n')
    .map((line) => line.replace(/\s+#effective:.*$/, '').trim())
    .filter((line) => /^(?:user|group):[^:]+:/.test(line));
}

function ask([program = '', ...args]: readonly string[]): Promise<Told> {
  const windows = process.platform === 'win32';
  const env = windows ? process.env : { PATH: PROGRAM_PATH, LC_ALL: 'C', LANG: 'C' };
  const options = { timeout: INQUIRY_MS, maxBuffer: MAX_TOLD, env, encoding: 'utf8', windowsHide: true } as const;
  return new Promise((done) => {
    execFile(program, args, options, (error, text, errors) => {
      if (!error) return done({ status: 'ok', text });
      const { code } = error as NodeJS.ErrnoException;
      // lsof ends with 1 when there is something it could not look at; what it said still counts.
      if (code !== 'ENOENT' && text !== '' && program === 'lsof') return done({ status: 'ok', text });
      const detail = errors.trim().split('\n')[0] ?? '';
      const denied = /not permitted|permission denied|must be root|need to be root/i.test(errors);
      done({
        status: 'failed',
        reason: code === 'ENOENT' ? 'not-installed' : denied ? 'not-permitted' : 'failed',
        detail,
      });
    });
  });
}
