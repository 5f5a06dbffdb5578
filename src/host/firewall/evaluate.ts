import type { Chain, FirewallRule, Hook, Packet, Ruleset, Target } from './ruleset.ts';

export interface Outcome {
  readonly verdict: 'accept' | 'drop' | 'unknown';
  /** The chain that decided, or kept it from being decided. */
  readonly chain: string;
}

type End = 'accept' | 'drop' | 'return' | 'unknown';

/** As deep as chains may call each other (nft: 16; iptables knows no bound but memory). */
const DEEPEST = 32;

/**
 * What becomes of a packet at a hook: every chain that the kernel calls there must let it pass. Null: there is no chain.
 * Where a condition cannot be told, both ways are followed, and only what they agree on is a verdict.
 */
export function evaluate(ruleset: Ruleset, hook: Hook, packet: Packet): Outcome | null {
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const called = ruleset.chains
    .filter(({ base, family }) => base?.hook === hook && (family === 'both' || family === packet.destination.family))
    .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0));
  if (called.length === 0) return null;
  let doubt: string | null = null;
  for (const chain of called) {
    const ends = endsOf(chain, packet, byName, 0);
    if (ends.delete('return')) ends.add(chain.base?.policy ?? 'accept');
    if (ends.size === 1 && ends.has('drop')) return { verdict: 'drop', chain: chain.name };
    if (ends.size > 1 || ends.has('unknown')) doubt ??= chain.name;
  }
  const last = called.at(-1)?.name ?? '';
  return doubt === null ? { verdict: 'accept', chain: last } : { verdict: 'unknown', chain: doubt };
}

/** Every way in which a packet may leave a chain. */
function endsOf(chain: Chain, packet: Packet, byName: ReadonlyMap<string, Chain>, depth: number): Set<End> {
  const ends = new Set<End>();
  if (depth > DEEPEST) return ends.add('unknown');
  for (const rule of chain.rules) {
    const holds = rule.holds(packet);
    if (holds === 'no') continue;
    const target = targetOf(rule, packet);
    if (target === null) continue;
    const reached = endsOfTarget(target, packet, byName, depth);
    // A chain that was jumped to comes back here; one that was gone to returns to the caller.
    const comesBack = target.kind === 'jump' && reached.delete('return');
    for (const end of reached) ends.add(end);
    if (holds === 'yes' && !comesBack) return ends;
  }
  return ends.add('return');
}

function targetOf({ target }: FirewallRule, packet: Packet): Target | null {
  return typeof target === 'function' ? target(packet) : target;
}

function endsOfTarget(target: Target, packet: Packet, byName: ReadonlyMap<string, Chain>, depth: number): Set<End> {
  if (target.kind !== 'jump' && target.kind !== 'goto') return new Set([target.kind]);
  const chain = byName.get(target.chain);
  return chain ? endsOf(chain, packet, byName, depth + 1) : new Set<End>(['unknown']);
}
