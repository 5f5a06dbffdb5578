import { readlink } from 'node:fs/promises';
import { join } from 'node:path';

const MOST_LINKS = 40;

/**
 * Where a path leads in a tree that stands for a whole machine: links that start with a slash stay below `root`, and `..`
 * never leaves it. What is below /proc is taken as it is, so that a live /proc may be mounted or linked there.
 */
export async function resolveWithin(root: string, path: string): Promise<string> {
  if (/^\/proc(?:\/|$)/.test(path)) return join(root, path);
  let left = parts(path);
  let done: string[] = [];
  for (let links = 0; left.length > 0; ) {
    const [next = '', ...rest] = left;
    left = rest;
    if (next === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const target = links < MOST_LINKS ? await readlink(join(root, ...done, next)).catch(() => null) : null;
    if (target === null) {
      done.push(next);
      continue;
    }
    links += 1;
    left = [...parts(target), ...left];
    if (target.startsWith('/')) done = [];
  }
  return join(root, ...done);
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
