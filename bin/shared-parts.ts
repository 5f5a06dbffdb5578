// Which modules stand in one file. esbuild makes a file for every set of parts that share something: a hundred files of
// a few lines, of which a lint would open fifty at two thirds of a millisecond each. A module that all parts import
// stands in the one file of what all of them share, so parts are made to import all of a group of which they need something.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';

type Outputs = Metafile['outputs'];

/** To compile what is small in vain takes less time than to open it alone, if enough parts need it. */
const SMALL = 8_000;
const MANY = 3;
const TINY = 2_000;

export interface Parts {
  /** Entry points that every run loads: what they need is one file. */
  readonly start: readonly string[];
  /** Parts that are read without anything else. */
  readonly alone: readonly string[];
  /** What this module needs of a folder is one file, with what is small and shared there. */
  readonly together: { readonly neededBy: string; readonly folder: string };
}

/** Goes by how a build without the plugin was split. */
export function sharedParts(root: string, { inputs, outputs }: Metafile, { start, alone, together }: Parts): Plugin {
  const entries = Object.values(outputs).flatMap(({ entryPoint }) =>
    entryPoint?.startsWith('src/') ? [entryPoint] : [],
  );
  const first = modulesOfStart(outputs, start);
  const shared = smallAndShared(outputs);
  const ofFolder = [...shared, ...closureOf([together.neededBy], inputs)].filter(
    (module) => module.startsWith(together.folder) && !entries.includes(module),
  );
  const groups = [ofFolder, shared].map((group, index, all) =>
    [...new Set(group)].filter((module) => ![first, ...all.slice(0, index)].flat().includes(module)).sort(),
  );
  const neededOf = (entry: string): readonly string[] => {
    const needed = closureOf([entry], inputs);
    return groups.filter((group) => group.some((module) => needed.has(module))).flat();
  };
  const imports = new Map(
    entries
      .filter((entry) => !first.includes(entry))
      .map((entry) => [
        join(root, entry),
        [...first, ...([...start, ...alone].includes(entry) ? [] : neededOf(entry))],
      ]),
  );
  return {
    name: 'shared-parts',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const more = imports.get(path);
        if (more === undefined) return null;
        const lines = more.map((module) => `import ${JSON.stringify(join(root, module))};`);
        return { contents: `${await readFile(path, 'utf8')}\n${lines.join('\n')}`, loader: 'ts' };
      });
    },
  };
}

/** The modules that some need, themselves included; not what they load later. */
function closureOf(modules: readonly string[], inputs: Metafile['inputs']): ReadonlySet<string> {
  const needed = new Set(modules);
  for (const module of needed)
    for (const { path, kind, external } of inputs[module]?.imports ?? [])
      if (!external && kind === 'import-statement') needed.add(path);
  return needed;
}

function modulesOfStart(outputs: Outputs, start: readonly string[]): string[] {
  const files = Object.keys(outputs).filter((path) => start.includes(outputs[path]?.entryPoint ?? ''));
  const modules = files.flatMap((path) => [...neededBy(path, outputs)]).flatMap((path) => modulesIn(path, outputs));
  return [...new Set(modules)].filter((module) => module.startsWith('src/') && !start.includes(module)).sort();
}

/** Modules of ours in files that nothing names and that need nothing but each other. */
function smallAndShared(outputs: Outputs): string[] {
  const named = new Set(Object.values(outputs).map(({ entryPoint }) => entryPoint));
  const parts = Object.keys(outputs)
    .filter((path) => outputs[path]?.entryPoint !== undefined)
    .map((path) => neededBy(path, outputs));
  const fits = (path: string): boolean =>
    isWorthIt(outputs[path]?.bytes ?? 0, parts.filter((needed) => needed.has(path)).length) &&
    modulesIn(path, outputs).every((module) => module.startsWith('src/') && !named.has(module)) &&
    [...neededBy(path, outputs)].every((needed) => needed === path || fits(needed));
  return Object.keys(outputs)
    .filter((path) => outputs[path]?.entryPoint === undefined && fits(path))
    .flatMap((path) => modulesIn(path, outputs))
    .sort();
}

function isWorthIt(bytes: number, users: number): boolean {
  return bytes < TINY ? users > 1 : bytes < SMALL && users >= MANY;
}

function modulesIn(path: string, outputs: Outputs): string[] {
  return Object.keys(outputs[path]?.inputs ?? {});
}

/** Every file that one needs, itself included. */
function neededBy(start: string, outputs: Outputs): ReadonlySet<string> {
  const needed = new Set([start]);
  for (const path of needed)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (!external && kind === 'import-statement') needed.add(next);
  return needed;
}
