import { nodeFiles } from './node-files.ts';
import type { Files } from './ports.ts';
import { resolveWithin } from './resolve-within.ts';

/** The files below a directory as if it were the root; for reading only. */
export function rootedFiles(root: string): Files {
  const inside = (path: string): Promise<string> => resolveWithin(root, path);
  const refuse = async (): Promise<never> => {
    throw new Error('a tree below --root is only read');
  };
  return {
    read: async (path, maxBytes) => nodeFiles.read(await inside(path), maxBytes),
    readBytes: async (path, maxBytes) => nodeFiles.readBytes(await inside(path), maxBytes),
    list: async (directory) => nodeFiles.list(await inside(directory)),
    entries: async (directory) => nodeFiles.entries(await inside(directory)),
    exists: async (path) => nodeFiles.exists(await inside(path)),
    owner: async (path) => nodeFiles.owner(await inside(path)),
    async look(path) {
      const resolved = await inside(path);
      const found = await nodeFiles.look(resolved);
      return found && { ...found, realPath: resolved.slice(root.replace(/\/+$/, '').length) || '/' };
    },
    write: refuse,
    makeDirectory: refuse,
    remove: refuse,
  };
}
