import type { Machine } from '../../system/machine.ts';

const MAX_INDEX = 64 * 1_048_576;
const MAX_IGNORE = 262_144;

/**
 * Whether a file lies in a git working tree and may get into its history: it is in the index, or nothing simple in
 * `.gitignore` keeps it out. A tree that only root may look into (etckeeper) counts for nothing.
 */
export async function gitTreeOf(machine: Machine, path: string): Promise<boolean> {
  const parts = path.split('/');
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const top = parts.slice(0, length).join('/');
    const git = await machine.status(`${top}/.git`);
    if (git === null) continue;
    if (git.kind === 'directory' && (git.mode & 0o077) === 0) return false;
    const inside = parts.slice(length).join('/');
    const index = await machine.readBytes(`${top}/.git/index`, MAX_INDEX);
    // Paths stand in the index as they are, ended by a zero (gitformat-index(5)).
    if (index.status === 'ok' && Buffer.from(index.bytes).includes(`${inside}\0`)) return true;
    const ignore = await machine.read(`${top}/.gitignore`, MAX_IGNORE);
    return !(ignore.status === 'ok' && isIgnored(inside, ignore.text));
  }
  return false;
}

/** Plain names, directories and `*.ext`: what people write to keep keys out. */
function isIgnored(inside: string, ignore: string): boolean {
  const parts = inside.split('/');
  const name = parts.at(-1) ?? '';
  return ignore.split(/\r?\n/).some((line) => {
    const pattern = line.trim().replace(/^\//, '').replace(/\/$/, '');
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('!')) return false;
    if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
    if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
    return parts.includes(pattern) || inside === pattern || inside.startsWith(`${pattern}/`);
  });
}
