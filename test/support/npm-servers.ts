import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/*
 * Servers from npm, half a gigabyte together: not development dependencies, but installed by `npm run test:servers`, in
 * the versions of npm-servers/package-lock.json, without their install scripts.
 */

/** Folders beside this file, each with a manifest and a lock file. The second holds one server, larger than all others. */
type ServerSet = 'npm-servers' | 'npm-opencode';

const cache = fileURLToPath(new URL('../../node_modules/.cache/postern-test/', import.meta.url));
const MANIFESTS = ['package.json', 'package-lock.json'] as const;
const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];

/**
 * The folder whose `node_modules` holds the servers, or null after marking the test as skipped where they are not
 * installed. With `CI=true` that is a failure.
 */
export function requireNpmServers(t: TestContext, set: ServerSet = 'npm-servers'): string | null {
  const folder = folderOf(set);
  if (existsSync(folder)) return folder;
  const reason = `the packages of test/support/${set} are not installed: npm run test:servers`;
  if (process.env.CI === 'true') throw new Error(reason);
  t.skip(reason);
  return null;
}

/** A folder for each version of the manifests, so that old servers are never taken for new ones. */
function folderOf(set: ServerSet): string {
  const version = createHash('sha256');
  for (const name of MANIFESTS) version.update(readFileSync(join(manifestsOf(set), name)));
  return join(cache, `servers-${version.digest('hex').slice(0, 12)}`);
}

function manifestsOf(set: ServerSet): string {
  return fileURLToPath(new URL(`./${set}/`, import.meta.url));
}

async function install(set: ServerSet): Promise<void> {
  const folder = folderOf(set);
  if (existsSync(folder)) return;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  try {
    for (const name of MANIFESTS) copyFileSync(join(manifestsOf(set), name), join(making, name));
    await promisify(execFile)('npm', [...INSTALL, '--prefix', making], { cwd: making });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await install('npm-servers');
  await install('npm-opencode');
}
