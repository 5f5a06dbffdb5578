// Which modules stand in one file. esbuild makes a file for every set of parts that share something: a hundred files of
// a few lines, of which a lint would open fifty at two thirds of a millisecond each. A module that all parts import
// stands in the one file of what all of them share, so every part is made to import what is small and often shared.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';

type Outputs = Metafile['outputs'];

/** To compile what is small in vain takes less time than to open it alone, if enough parts need it. */
const SMALL = 6_000;
const MANY = 4;

/**
 * Goes by how a build without the plugin was split.
 * @param start entry points that every run loads: what they need is one file.
 * @param alone parts that are read without anything else.
 */
export function sharedParts(
  root: string,
  { outputs }: Metafile,
  start: readonly string[],
  alone: readonly string[],
): Plugin {
  const entries = Object.values(outputs).flatMap(({ entryPoint }) =>
    entryPoint?.startsWith('src/') ? [entryPoint] : [],
  );
  const first = modulesOfStart(outputs, start);
  const shared = smallAndShared(outputs).filter((module) => !first.includes(module));
  const imports = new Map(
    entries
      .filter((entry) => ![...first, ...shared].includes(entry))
      .map((entry) => [join(root, entry), [...first, ...([...start, ...alone].includes(entry) ? [] : shared)]]),
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
    (outputs[path]?.bytes ?? 0) < SMALL &&
    modulesIn(path, outputs).every((module) => module.startsWith('src/') && !named.has(module)) &&
    parts.filter((needed) => needed.has(path)).length >= MANY &&
    [...neededBy(path, outputs)].every((needed) => needed === path || fits(needed));
  return Object.keys(outputs)
    .filter((path) => outputs[path]?.entryPoint === undefined && fits(path))
    .flatMap((path) => modulesIn(path, outputs))
    .sort();
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
