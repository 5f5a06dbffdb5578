import type { Location } from '../model/finding.ts';

/** Where a finding is, in the fewest words. */
export function placeText({ kind, host, port, file, line }: Location): string {
  if (kind !== 'endpoint')
    return file === undefined ? (host ?? 'this host') : line === undefined ? file : `${file}:${line}`;
  const name = host?.includes(':') ? `[${host}]` : (host ?? '?');
  return port === undefined ? name : `${name}:${port}`;
}
