import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { access, mkdir, open, readdir, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { BytesRead, DirectoryEntry, FileRead, Files } from './ports.ts';

/*
 * What a lint asks of thousands of files (bytes, entries, looks) is done at once instead of through the pool of threads:
 * to hand one such call over takes ten times as long as the call.
 */
export const nodeFiles: Files = {
  read: (path, maxBytes) => readBounded(path, maxBytes),
  async write(path, text, access = 'shared') {
    const existing = await statOf(path);
    // Into a device or a pipe: a file in its place would be the end of it.
    if (existing !== null && !existing.isFile()) return writeFile(path, text);
    const target = await destination(path);
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      // Flushed before it gets its name: after a crash there is the old file or the new one, never an empty one.
      const mode = existing?.mode ?? (access === 'private' ? 0o600 : 0o666);
      await writeFile(temporary, text, { flag: 'wx', flush: true, mode });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
  async list(directory) {
    try {
      const entries = await readdir(directory, { withFileTypes: true, recursive: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map((entry) => relativePath(directory, entry.parentPath, entry.name)).sort();
    } catch {
      return null;
    }
  },
  async makeDirectory(path, access = 'private') {
    await mkdir(path, { recursive: true, mode: access === 'private' ? 0o700 : 0o777 });
  },
  remove: (path) => rm(path, { force: true }),
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  owner: ownerOf,
  async readBytes(path, maxBytes) {
    try {
      return bytesOf(path, maxBytes);
    } catch (error) {
      return { status: 'failed', reason: reasonOf(error as NodeJS.ErrnoException) };
    }
  },
  async entries(directory) {
    try {
      const found = readdirSync(directory, { withFileTypes: true });
      return found.map((entry): DirectoryEntry => ({ name: entry.name, kind: kindOf(entry) }));
    } catch {
      return null;
    }
  },
  async look(path) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return null;
      const kind = kindOf(found);
      return {
        kind: kind === 'link' ? 'other' : kind,
        realPath: realpathSync.native(path),
        mode: found.mode & 0o7777,
      };
    } catch {
      return null;
    }
  },
};

async function ownerOf(path: string): Promise<number | null> {
  // Windows has no such numbers and says 0 for everything.
  if (process.getuid === undefined) return null;
  return stat(path).then(
    ({ uid }) => uid,
    () => null,
  );
}

/** Looked at when it is open, so that it is the same file; a pipe is not waited for. */
function bytesOf(path: string, maxBytes: number): BytesRead {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { status: 'failed', reason: 'is no regular file' };
    if (found.size > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes` };
    const room = Buffer.allocUnsafe(found.size + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < room.length; size += read)
      read = readSync(file, room, size, room.length - size, null);
    if (size > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes` };
    return { status: 'ok', bytes: room.subarray(0, size) };
  } finally {
    closeSync(file);
  }
}

function kindOf(entry: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Where links lead, whether anything is there yet or not. */
async function destination(path: string): Promise<string> {
  const link = await readlink(path).catch(() => null);
  return link === null ? path : destination(resolve(dirname(path), link));
}

function relativePath(directory: string, parent: string, name: string): string {
  const below = parent.slice(directory.length).replace(/^[/\\]+/, '');
  return below === '' ? name : `${below}/${name}`;
}

const READ_AHEAD = 65_536;

/** Reads one byte more than allowed, so that a file that grows or lies about its size cannot fill memory. */
async function readBounded(path: string, maxBytes: number): Promise<FileRead> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(path, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory()) return { status: 'failed', reason: 'is a directory' };
    const chunks: Buffer[] = [];
    let size = 0;
    // The first read takes a file of the size that it says it has, and one byte to see whether that was true.
    for (let room = Math.min(stat.size, maxBytes) + 1; ; room = READ_AHEAD) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(room), 0, room, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
      if (size > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes` };
      // A regular file gives all that it has.
      if (stat.isFile() && stat.size > 0 && bytesRead < room) break;
    }
    return {
      status: 'ok',
      text: Buffer.concat(chunks, size)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    };
  } catch (error) {
    return { status: 'failed', reason: reasonOf(error as NodeJS.ErrnoException) };
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'is not readable (permission denied)',
  EPERM: 'is not readable (permission denied)',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  ENXIO: 'is no regular file',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? error.code ?? error.message;
}
