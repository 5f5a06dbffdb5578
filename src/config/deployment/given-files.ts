import { isWithin, resolveFrom } from '../source/paths.ts';
import { isStage } from './built.ts';
import type { DeclaredProcess, DeclaredProxy } from './declarations.ts';
import type { RunningProcess } from './running.ts';
import { known } from './value.ts';

/** The containers that are given a file of the tree, by itself or in a folder above it; in the order of the processes. */
export function mounting(running: readonly RunningProcess[]): (file: string) => readonly RunningProcess[] {
  const byPath = new Map<string, Set<number>>();
  for (const [place, { process }] of running.entries())
    for (const { source } of process.mounts) {
      const path = mountedPath(process.span.file, known(source));
      if (path !== null) byPath.set(path, (byPath.get(path) ?? new Set()).add(place));
    }
  return (file) => {
    const places = new Set([...(byPath.get(file) ?? []), ...((isWithin('.', file) && byPath.get('.')) || [])]);
    for (let slash = file.indexOf('/'); slash !== -1; slash = file.indexOf('/', slash + 1))
      for (const place of byPath.get(file.slice(0, slash)) ?? []) places.add(place);
    return [...places].sort((a, b) => a - b).flatMap((place) => running[place] ?? []);
  };
}

/** Where a path of the container is in the tree, by each mount that holds it. */
export function outsideOf(path: string, { mounts, span }: DeclaredProcess): readonly string[] {
  return mounts.flatMap(({ source, target }) => {
    const [inside, outside] = [known(target)?.replace(/(?<=.)\/+$/, ''), known(source)];
    if (inside === undefined || outside === undefined || !/[./]/.test(outside) || !isWithin(inside, path)) return [];
    const rest = path.slice(inside.length).replace(/^\/+/, '');
    return resolveFrom(span.file, rest === '' ? outside : `${outside}/${rest}`) ?? [];
  });
}

/** A named volume is no path; `./conf/` is `./conf`. */
function mountedPath(from: string, source: string | undefined): string | null {
  return source === undefined || !/[./]/.test(source)
    ? null
    : (resolveFrom(from, source)?.replace(/(?<=.)\/+$/, '') ?? null);
}

/** The process that a proxy's settings are of: it is declared with them, or the first container that mounts their file. */
export function proxyOwners(running: readonly RunningProcess[]): (proxy: DeclaredProxy) => RunningProcess | undefined {
  const order = new Map(running.map((one, place) => [one, place]));
  // Of two at one place the first counts.
  const byPlace = new Map(running.toReversed().map((one) => [placeOf(one.process), one]));
  const byId = new Map(running.map((one) => [one.process.id, one]));
  const mountersOf = mounting(running);
  return (proxy) => {
    const own = proxy.process ? byId.get(proxy.process) : undefined;
    // Whether an image is ever started is for others to say.
    const mounter = mountersOf(proxy.span.file).find(({ process }) => !isStage(process));
    const owners = [own, byPlace.get(placeOf(proxy)), mounter].filter((one) => one !== undefined);
    return owners.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))[0];
  };
}

function placeOf({ span }: Pick<DeclaredProxy, 'span'>): string {
  return `${span.file}\n${span.start}`;
}
