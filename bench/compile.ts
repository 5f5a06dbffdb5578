import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Plain JavaScript in `scratch`, as it is shipped: a loader that translates would be measured with it.
 *
 * @param files from the root of the repository; they keep their places below `scratch`.
 */
export async function compile(scratch: string, files: readonly string[]): Promise<void> {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: ROOT,
      outDir: scratch,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: files.map((file) => join(ROOT, file)),
    include: [],
  };
  await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(join(scratch, 'package.json'), '{ "type": "module" }');
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', scratch]);
  // Found from there: koffi.
  await symlink(join(ROOT, 'node_modules'), join(scratch, 'node_modules'));
}

/** A C program of the bench, `scratch/name`. */
export async function compileC(scratch: string, file: string, name: string): Promise<string> {
  const program = join(scratch, name);
  await promisify(execFile)('gcc', ['-O2', '-Wall', '-o', program, join(ROOT, file)]);
  return program;
}
