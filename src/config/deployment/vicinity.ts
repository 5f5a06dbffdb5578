import { directoryOf } from '../source/paths.ts';

/*
 * Which files of a tree belong together. `localhost:8000` in one example of a repository is not the port that another
 * example beside it publishes.
 */

/** The folders that a file lies in, from the top of the tree. */
export type Folders = readonly string[];

/** Steps between two places. */
export function distance(one: Folders, other: Folders): number {
  const [here, there] = apart(one, other);
  return here.length + there.length;
}

/**
 * Whether files in two places may be of one machine: one lies above the other, or they part at folders that say what kind of file
 * is in them and not which project it is of.
 */
export function isNear(one: Folders, other: Folders): boolean {
  const [here, there] = apart(one, other);
  if (here.length > FARTHEST || there.length > FARTHEST) return false;
  return here.every(isKind) || there.every(isKind);
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
