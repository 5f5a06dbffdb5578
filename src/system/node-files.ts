import { randomBytes } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { FileRead, Files } from './ports.ts';

export const nodeFiles: Files = {
  read: (path, maxBytes) => readBounded(path, maxBytes),
  async write(path, text, access = 'shared') {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      // Flushed before it gets its name: after a crash there is the old file or the new one, never an empty one.
      await writeFile(temporary, text, { flag: 'wx', flush: true, mode: access === 'private' ? 0o600 : 0o666 });
      await rename(temporary, path);
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
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  remove: (path) => rm(path, { force: true }),
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

function relativePath(directory: string, parent: string, name: string): string {
  const below = parent.slice(directory.length).replace(/^[/\\]+/, '');
  return below === '' ? name : `${below}/${name}`;
}

/** Reads one byte more than allowed, so that a file that grows or lies about its size cannot fill memory. */
async function readBounded(path: string, maxBytes: number): Promise<FileRead> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(path, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory()) return { status: 'failed', reason: 'is a directory' };
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, end: maxBytes })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes` };
    }
    return {
      status: 'ok',
      text: Buffer.concat(chunks)
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
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? error.code ?? error.message;
}
