import { formatGroups } from './socket-table.ts';

/**
 * Addresses of a network namespace from /proc/<pid>/net/fib_trie, IPv4 only: the lines before `/32 host LOCAL`.
 * Source: Linux net/ipv4/fib_trie.c fib_trie_seq_show.
 */
export function localAddresses(fibTrie: string): string[] {
  const found = new Set<string>();
  let last = '';
  for (const line of fibTrie.split('\n')) {
    const leaf = /\|--\s+(\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1];
    if (leaf !== undefined) last = leaf;
    else if (/\/32 host LOCAL/.test(line) && last !== '') found.add(last);
  }
  return [...found].filter((address) => !address.startsWith('127.'));
}

/**
 * IPv6 addresses from /proc/<pid>/net/if_inet6: 32 digits first, the scope fourth. Loopback and link-local ones lead
 * nowhere. Source: Linux net/ipv6/addrconf.c if6_seq_show.
 */
export function localAddresses6(ifInet6: string): string[] {
  return ifInet6.split('\n').flatMap((line) => {
    const [digits = '', , , scope] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{32}$/.test(digits) || scope !== '00') return [];
    return [formatGroups((digits.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16)))];
  });
}
