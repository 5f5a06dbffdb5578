import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Plain JavaScript in `scratch`, each in one file, as it is shipped: a loader that translates, and two hundred modules to
 * find, would be measured with it.
 *
 * @param files from the root of the repository; they keep their places below `scratch`.
 */
export async function compile(scratch: string, files: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    outdir: scratch,
    outbase: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['koffi'],
    logLevel: 'error',
  });
  await writeFile(join(scratch, 'package.json'), '{ "type": "module" }');
  // Found from there: koffi.
  await symlink(join(ROOT, 'node_modules'), join(scratch, 'node_modules'));
}

/** A C program of the bench, `scratch/name`. */
export async function compileC(scratch: string, file: string, name: string): Promise<string> {
  const program = join(scratch, name);
  await promisify(execFile)('gcc', ['-O2', '-Wall', '-o', program, join(ROOT, file)]);
  return program;
}
