import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Two levels deep and inside the checkout, so that packages are found. */
const folder = join(root, 'dist', 'test');

/** Started by tests as processes of their own, below test/. */
const PROGRAMS = [
  'host/support/child',
  'host/support/server',
  'support/run-main',
  'system/sweep-child',
  'system/sweep-engine-native',
  'system/sweep-engine-portable',
  'tls/support/opinions',
  'tls/support/post-quantum-server',
];

/**
 * Bundles test files, absolute paths, and returns where each went. Every file runs in a process of its own, and a
 * process that has three hundred modules translated one by one spends two seconds before its first test.
 */
export async function compile(files: readonly string[]): Promise<string[]> {
  await build({
    absWorkingDir: root,
    entryPoints: [...files, ...PROGRAMS.map((name) => join(root, 'test', `${name}.ts`))],
    outbase: join(root, 'test'),
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [
      {
        name: 'places-of-sources',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
            // Fixtures are found beside the source that names them, not beside the bundle.
            contents: (await readFile(path, 'utf8')).replaceAll(
              'import.meta.url',
              JSON.stringify(pathToFileURL(path).href),
            ),
            loader: 'ts',
          })),
      },
    ],
  });
  return files.map((file) => join(folder, relative(join(root, 'test'), file).replace(/\.ts$/, '.js')));
}
