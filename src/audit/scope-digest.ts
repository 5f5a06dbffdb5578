import { sha256 } from '../model/sha256.ts';
import type { ScanRequest } from './scan-request.ts';
import type { ScanSpace } from './scan-space.ts';

/** What decides the numbering of a space: shards with different digests do not fit together. */
export function scopeDigest(request: ScanRequest, { space, resolved }: ScanSpace): string {
  const { targets, lists, exclude, excludeLists, allowPublic } = request;
  const texts = (named: ScanRequest['lists']): readonly string[] => named.map(({ text }) => text);
  const names = [...resolved].sort(([a], [b]) => (a < b ? -1 : 1));
  const scope = [targets, texts(lists), exclude, texts(excludeLists), allowPublic, space.ports, space.size, names];
  return sha256(JSON.stringify(scope));
}
