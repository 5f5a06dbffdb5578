// Makes dist/app/ from src/: the program and the library with all that they need, in few files, because a start
// that resolves and reads two hundred modules takes twice as long. Parts that are loaded lazily stay files of their own.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type OnResolveArgs, type OnResolveResult, type Plugin } from 'esbuild';
import { type Parts, sharedParts } from './shared-parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Native code is loaded from its own package, and only where it is installed. */
const NATIVE = ['koffi'];

/**
 * CommonJS packages ask for modules of Node through `require`, which an ES module lacks. esbuild has one file that says
 * the word; to make it in each of the thirty files of a start takes a quarter of a millisecond apiece.
 */
const REQUIRE = "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);";

/** A lint needs all but the readers of most formats, whatever is in the files. */
const PARTS: Parts = {
  start: ['src/cli/program.ts'],
  alone: ['src/cli/help.ts'],
  together: { neededBy: 'src/audit/lint.ts', folder: 'src/config/' },
};

const options = {
  absWorkingDir: root,
  entryPoints: {
    'app/program': 'src/cli/program.ts',
    'app/index': 'src/index.ts',
    'rules/rules-predicates': 'dist/rules/rules-predicates.source.js',
    'rules/services-predicates': 'dist/rules/services-predicates.source.js',
    'rules/result-validator': 'dist/rules/result-validator.source.js',
    'rules/config-validator': 'dist/rules/config-validator.source.js',
  },
  outdir: 'dist',
  // Every file stands two levels deep, like src/<room>/<file>.ts: paths from import.meta.url hold in both.
  chunkNames: 'app/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: NATIVE,
  // As ES modules, so that what nobody uses of a package is left out.
  mainFields: ['module', 'main'],
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay: a stack trace must be readable.
  minifyIdentifiers: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const ownWidth: Plugin = {
  name: 'own-string-width',
  setup: ({ onResolve }) => onResolve({ filter: /^string-width$/ }, ownStringWidth),
};

// Code of what was there before goes with it.
for (const folder of ['app', 'code']) rmSync(join(dist, folder), { recursive: true, force: true });
const split = await build({ ...options, plugins: [ownWidth], write: false });
const { metafile, outputFiles } = await build({
  ...options,
  plugins: [ownWidth, sharedParts(root, split.metafile, PARTS)],
  write: false,
});
mkdirSync(join(dist, 'app'));
for (const { path, text } of outputFiles) writeFileSync(path, /\brequire\b/.test(text) ? `${REQUIRE}\n${text}` : text);

writeFileSync(join(dist, 'app', 'THIRD-PARTY-NOTICES.txt'), notices(Object.keys(metafile.inputs)));

/** For yargs, which imports it; cli-table3 requires the package as CommonJS, and is loaded for tables only. */
function ownStringWidth({ kind }: OnResolveArgs): OnResolveResult | undefined {
  return kind === 'import-statement' ? { path: join(root, 'bin/string-width.ts') } : undefined;
}

/** The licence of every package that is in the bundle, as its licence asks for. */
function notices(inputs: readonly string[]): string {
  const folders = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const packages = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const by = typeof author === 'string' ? author : (author?.name ?? 'its authors');
    const text =
      file === undefined
        ? `By ${by}. The package ships without the text of its licence.`
        : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Postern contains these packages.\n\n${packages.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
