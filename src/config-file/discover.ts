import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';

export const CONFIG_NAMES = ['postern.config.yaml', 'postern.config.yml'] as const;

/** Deeper trees than this are a loop of some kind. */
const MAX_LEVELS = 64;

export interface Discovery {
  /** From the working directory (`../postern.config.yaml`), or null when there is none. */
  readonly path: string | null;
  /** The last directory that was looked at, and why no further. */
  readonly end: { readonly directory: string; readonly why: 'found' | 'repository' | 'root' };
}

/**
 * Looks for a configuration file in the working directory and above it. The directory that holds `.git` is the last:
 * what lies above a repository is not its configuration. A file above the working directory counts only if it belongs
 * to the user, to root, or to whom the working directory belongs; otherwise whoever can write to `/tmp` configures
 * every run below it.
 * @throws UsageError when two files are in one place, or the file belongs to a stranger.
 */
export async function discoverConfig({ files, host }: Pick<System, 'files' | 'host'>): Promise<Discovery> {
  const parts = host
    .workingDirectory()
    .split(/[/\\]+/)
    .filter(Boolean);
  const levels = Math.min(parts.length, MAX_LEVELS);
  for (let level = 0; ; level += 1) {
    const above = '../'.repeat(level);
    const directory = level === 0 ? '.' : above.slice(0, -1);
    const there = await present(files, above);
    if (there.length > 1) throw new UsageError(`${there.join(' and ')}: expected only one of them`);
    const path = there[0];
    if (path !== undefined) {
      if (level > 0) await assertOurs(path, { files, host });
      return { path, end: { directory, why: 'found' } };
    }
    if (await files.exists(`${above}.git`)) return { path: null, end: { directory, why: 'repository' } };
    if (level >= levels) return { path: null, end: { directory, why: 'root' } };
  }
}

async function present(files: System['files'], prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of CONFIG_NAMES) if (await files.exists(prefix + name)) found.push(prefix + name);
  return found;
}

/** @throws UsageError */
async function assertOurs(path: string, { files, host }: Pick<System, 'files' | 'host'>): Promise<void> {
  const user = host.userId();
  if (user === null) return;
  const [owner, here] = await Promise.all([files.owner(path), files.owner('.')]);
  if (owner === null || owner === 0 || owner === user || owner === here) return;
  throw new UsageError(
    `${path}: belongs to another user and is not taken by itself; name it with --config, or leave it out with --no-config`,
  );
}
