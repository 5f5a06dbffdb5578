/** A socket in LISTEN state as the kernel lists it. */
export interface ListeningSocket {
  readonly family: 4 | 6;
  /** Canonical text: `0.0.0.0`, `::`, `fd00::7`. An IPv4 address in IPv6 form is given as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  readonly inode: string;
}

const LISTEN = '0A';

/**
 * /proc/net/tcp and /proc/net/tcp6: addresses are 32-bit words in the machine's byte order (little-endian
 * wherever this runs), ports are not.
 * Source: Linux net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv6/tcp_ipv6.c get_tcp6_sock.
 */
export function readSocketTable(text: string): ListeningSocket[] {
  return text.split('\n').flatMap((line): ListeningSocket[] => {
    const fields = line.trim().split(/\s+/);
    const [, local = '', , state, , , , uid = '', , inode = ''] = fields;
    const match = /^([0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}):([0-9A-Fa-f]{4})$/.exec(local);
    if (!match || state !== LISTEN) return [];
    const bytes = wordsToBytes(match[1] ?? '');
    const family = bytes.length === 4 ? 4 : 6;
    const port = Number.parseInt(match[2] ?? '', 16);
    return [{ family, address: formatBytes(bytes), port, uid: Number(uid), inode }];
  });
}

function wordsToBytes(hex: string): number[] {
  const words = hex.match(/.{8}/g) ?? [];
  return words.flatMap((word) => (word.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).reverse());
}

function formatBytes(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0));
  return formatGroups(groups);
}

/** RFC 5952: lower case, the longest run of two zero groups or more shortened, the first of equals. */
export function formatGroups(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end += 1;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}
