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
