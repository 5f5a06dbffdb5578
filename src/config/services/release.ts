import { compareVersions, validate } from 'compare-versions';
import type { VersionRange } from '../../model/service.ts';
import { type ImageReference, releaseOf } from './image-reference.ts';

/** The release an image runs: a version, `newest` where it follows the releases, null where nobody can tell. */
export type Release = string | 'newest' | null;

export function releaseOfImage(reference: ImageReference | null): Release {
  if (reference === null) return null;
  if (reference.tag === null) return reference.digest ? null : 'newest';
  if (/^(?:latest|main|master|stable|nightly|edge|dev|main-.*|latest-.*)$/.test(reference.tag)) return 'newest';
  const release = releaseOf(reference.tag);
  return release !== null && validate(release) ? release : null;
}

export function inRange({ since, until }: VersionRange, release: string): boolean {
  if (since && compareVersions(release, since) < 0) return false;
  return !until || compareVersions(release, until) < 0;
}
