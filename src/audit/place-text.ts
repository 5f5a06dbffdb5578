import type { Location } from '../model/finding.ts';

/** Where a finding is, in the fewest words. */
export function placeText({ kind, host, port, file, line }: Location): string {
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  if (kind !== 'endpoint' && host === undefined) return 'this host';
  const name = host?.includes(':') ? `[${host}]` : (host ?? '?');
  return port === undefined ? name : `${name}:${port}`;
}
