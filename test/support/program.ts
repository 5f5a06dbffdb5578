import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * The path of a program that a test drives, or null after marking the test as skipped when it is not installed.
 * With `CI=true` a missing program is a failure, so that nothing is skipped unnoticed.
 */
export function requireProgram(t: TestContext, name: string): string | null {
  const path = findProgram(name);
  if (path !== null) return path;
  if (process.env.CI === 'true') throw new Error(`${name} is needed by this test and not installed`);
  t.skip(`${name} is not installed`);
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
