import { directoryOf } from '../source/paths.ts';

/*
 * Which files of a tree belong together. `localhost:8000` in one example of a repository is not the port that another
 * example beside it publishes.
 */

/** The folders that a file lies in, from the top of the tree. */
export type Folders = readonly string[];

/**
 * What stands in the places of a tree, found from other places of it without a look at everything: thousands of projects
 * may each have an `ollama`.
 */
export class Vicinity<T> {
  readonly #placed: { readonly folders: Folders; readonly one: T }[] = [];
  /** By each folder above, within reach; once more where only folders of a kind lie between. */
  readonly #below = new Map<string, number[]>();
  readonly #belowKinds = new Map<string, number[]>();

  /** What was near the place asked for last: thousands of routes may stand in one file. */
  #last: { readonly here: string; readonly found: readonly T[] } | null = null;

  add(folders: Folders, one: T): void {
    this.#last = null;
    const place = this.#placed.push({ folders, one }) - 1;
    for (const { above, kinds } of aboveOf(folders)) {
      put(this.#below, above, place);
      if (kinds) put(this.#belowKinds, above, place);
    }
  }

  /** All of them, the nearest first. */
  all(here: Folders): readonly T[] {
    return this.#nearestFirst(this.#placed.keys(), here);
  }

  /**
   * Those that may be of one machine with what stands here, the nearest first: one lies above the other, or they part at
   * folders that say what kind of file is in them and not which project it is of.
   */
  near(here: Folders): readonly T[] {
    const key = here.join('/');
    if (this.#last?.here !== key) this.#last = { here: key, found: this.#lookNear(here) };
    return this.#last.found;
  }

  #lookNear(here: Folders): readonly T[] {
    const places = new Set<number>();
    for (const { above, kinds } of aboveOf(here))
      for (const place of (kinds ? this.#below : this.#belowKinds).get(above) ?? []) places.add(place);
    return this.#nearestFirst(places, here);
  }

  #nearestFirst(places: Iterable<number>, here: Folders): readonly T[] {
    return [...places]
      .flatMap((place) => {
        const { folders, one } = this.#placed[place] as { folders: Folders; one: T };
        return { one, place, steps: distance(folders, here) };
      })
      .sort((a, b) => a.steps - b.steps || a.place - b.place)
      .map(({ one }) => one);
  }
}

function put(map: Map<string, number[]>, key: string, place: number): void {
  const places = map.get(key);
  if (places) places.push(place);
  else map.set(key, [place]);
}

/** The folder and those above it within reach, and whether all between says what kind of file is there. */
function* aboveOf(folders: Folders): Iterable<{ readonly above: string; readonly kinds: boolean }> {
  let kinds = true;
  for (let end = folders.length; end >= 0 && folders.length - end <= FARTHEST; end -= 1) {
    kinds &&= end === folders.length || isKind(folders[end] ?? '');
    yield { above: folders.slice(0, end).join('/'), kinds };
  }
}

/** Steps between two places. */
function distance(one: Folders, other: Folders): number {
  const [here, there] = apart(one, other);
  return here.length + there.length;
}

const FARTHEST = 3;
const KINDS =
  /^(?:nginx|openresty|caddy|traefik|haproxy|apache2?|httpd|envoy|proxy|proxies|reverse[-_]proxy|ingress|systemd|supervisor[d]?|units?|user|system|quadlets?|containers?|podman|docker|compose|launchd|deploy(?:ment)?s?|dist|etc|conf(?:ig|igs|s)?|[\w-]+\.d|sites-(?:available|enabled)|snippets|templates?|files|infra(?:structure)?|ops|scripts?|bin|setup|install|packaging|services?|server)$/i;

function isKind(folder: string): boolean {
  return KINDS.test(folder);
}

/** The folders of each below the deepest that they share. */
function apart(one: Folders, other: Folders): readonly [Folders, Folders] {
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
  return [one.slice(same), other.slice(same)];
}

export function foldersOf(file: string): Folders {
  return directoryOf(file)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
}
