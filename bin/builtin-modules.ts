// How the program gets at the modules of Node. An import statement makes Node read every property of such a module to
// give it a name: `node:crypto` makes its WebCrypto for that, `node:fs` its streams: 4 ms of CPU in every start.
import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** As esbuild writes them. */
const IMPORT =
  /(?<=^|[;}\n])import(?:\*as (?<all>[\w$]+) ?|(?<whole>[\w$]+) ?|(?:\{(?<names>[^{}"]*)\}))from ?"(?<id>[\w:/]+)";/g;

/**
 * A file of the bundle with its imports of Node's modules as plain constants.
 * @param output what esbuild knows of the file.
 * @throws Error where an import is written in another way.
 */
export function withBuiltinModules(
  path: string,
  text: string,
  output: Metafile['outputs'][string] | undefined,
): string {
  const constants: string[] = [];
  const rest = text.replace(IMPORT, (statement, ...groups) => {
    const { all, whole, names, id } = groups.at(-1) as Readonly<Record<string, string>>;
    if (!isBuiltin(id ?? '')) return statement;
    const wanted = all ?? whole ?? `{${names?.replaceAll(' as ', ':')}}`;
    constants.push(`const ${wanted}=process.getBuiltinModule("${id}");`);
    return '';
  });
  const imports = (output?.imports ?? []).filter((one) => one.kind === 'import-statement' && isBuiltin(one.path));
  if (imports.length !== constants.length)
    throw new Error(`${path}: ${imports.length} imports of Node's modules, of which ${constants.length} were found`);
  return constants.join('') + rest;
}
