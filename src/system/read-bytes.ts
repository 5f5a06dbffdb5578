import { open } from 'node:fs/promises';

export type BytesRead =
  | { readonly status: 'ok'; readonly bytes: Uint8Array }
  | { readonly status: 'failed'; readonly reason: string; readonly directory: boolean };

/** Reads a file of at most `maxBytes` as octets: certificates may be DER. */
export async function readBytes(path: string, maxBytes: number): Promise<BytesRead> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(path, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory()) return { status: 'failed', reason: 'is a directory', directory: true };
    const buffer = new Uint8Array(Math.min(stat.size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > maxBytes) return { status: 'failed', reason: `is larger than ${maxBytes} bytes`, directory: false };
    return { status: 'ok', bytes: buffer.subarray(0, length) };
  } catch (error) {
    const { code = 'cannot be read' } = error as NodeJS.ErrnoException;
    return { status: 'failed', reason: REASONS[code] ?? code, directory: false };
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'is not readable (permission denied)',
  EPERM: 'is not readable (permission denied)',
  ENOTDIR: 'a part of the path is not a directory',
};
