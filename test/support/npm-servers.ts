import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/*
 * Servers from npm, half a gigabyte together: not development dependencies, but installed by the first test that asks,
 * in the versions of npm-servers/package-lock.json, without their install scripts.
 */

/** Folders beside this file, each with a manifest and a lock file. The second holds one server, larger than all others. */
type ServerSet = 'npm-servers' | 'npm-opencode';

const cache = fileURLToPath(new URL('../../node_modules/.cache/postern-test/', import.meta.url));
const MANIFESTS = ['package.json', 'package-lock.json'] as const;
const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];

/**
 * The folder whose `node_modules` holds the servers, or null after marking the test as skipped when npm cannot install
 * them. With `CI=true` that is a failure.
 */
export async function requireNpmServers(t: TestContext, set: ServerSet = 'npm-servers'): Promise<string | null> {
  try {
    return await installed(set);
  } catch (error) {
    const reason = `the npm packages of test/support/${set} could not be installed: ${(error as Error).message}`;
    if (process.env.CI === 'true') throw new Error(reason, { cause: error });
    t.skip(reason);
    return null;
  }
}

async function installed(set: ServerSet): Promise<string> {
  const wanted = fileURLToPath(new URL(`./${set}/`, import.meta.url));
  const version = createHash('sha256');
  for (const name of MANIFESTS) version.update(readFileSync(join(wanted, name)));
  const folder = join(cache, `servers-${version.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;

  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  try {
    for (const name of MANIFESTS) copyFileSync(join(wanted, name), join(making, name));
    await promisify(execFile)('npm', [...INSTALL, '--prefix', making], { cwd: making });
    moveInPlace(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** Of two test processes that install at once, the second finds the place taken by the same thing. */
function moveInPlace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
