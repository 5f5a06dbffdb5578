import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/** The Debian package where it is not called like the program. */
const PACKAGES: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  'gnutls-serv': 'gnutls-bin',
  ip: 'iproute2',
  nft: 'nftables',
  script: 'bsdutils',
  setfacl: 'acl',
  setpriv: 'util-linux',
  ss: 'iproute2',
  unshare: 'util-linux',
  'Sarif.Multitool': 'none; npm package @microsoft/sarif-multitool-linux, see .ci/run',
};

/**
 * The path of a program that a test drives, or null after marking the test as skipped when it is not installed.
 * With `CI=true` a missing program is a failure, so that nothing is skipped unnoticed.
 */
export function requireProgram(t: TestContext, name: string): string | null {
  return findProgram(name) ?? missing(t, name, PACKAGES[name] ?? name);
}

/** A Python that can import the modules, of which each has its Debian package; or null as above. */
export function requirePython(t: TestContext, modules: readonly string[]): string | null {
  const candidates = ['/usr/bin/python3', findProgram('python3')];
  const able = candidates.find(
    (python) => python !== null && spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0,
  );
  const packages = modules.map((name) => `python3-${name}`).join(' ');
  return able ?? missing(t, `Python with ${modules.join(' and ')}`, packages);
}

function missing(t: TestContext, what: string, debianPackage: string): null {
  const message = `${what} is not installed (Debian package ${debianPackage})`;
  if (process.env.CI === 'true') throw new Error(`${message} and needed by this test`);
  t.skip(message);
  return null;
}

function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
