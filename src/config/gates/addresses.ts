import type { Outcome } from './gate.ts';

/** Whom a range of addresses holds. `some`: named machines or networks that are not private as a whole. */
export type Holds = 'everybody' | 'private-networks' | 'loopback' | 'some' | 'unknown';

/** `10.0.0.0/8`, `127.0.0.1`, `::/0`, `private_ranges`, `all`, `unix:`. */
export function holds(range: string): Holds {
  const text = range.trim().toLowerCase();
  if (/^(all|\*|0\.0\.0\.0\/0|::\/0|0\/0)$/.test(text)) return 'everybody';
  if (text === 'private_ranges') return 'private-networks';
  if (/^(127\.|::1$|::1\/|localhost$|unix:)/.test(text)) return 'loopback';
  if (/^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(text)) {
    return /\/(8|9|1[0-9]|2[0-4])$/.test(text) ? 'private-networks' : 'some';
  }
  if (/^f[cd][0-9a-f]{2}:|^fe80:/.test(text)) return 'private-networks';
  return /^[\d.]+(\/\d+)?$|^[\da-f:.]+(\/\d+)?$/.test(text) ? 'some' : 'unknown';
}

/** An ordered list of `allow`/`deny`; the first that holds the caller decides, and nobody is held by `some`. */
export function throughList(rules: readonly { readonly allow: boolean; readonly range: string }[]): Outcome {
  let doubtful = false;
  for (const { allow, range } of rules) {
    const who = holds(range);
    if (who === 'unknown') doubtful = true;
    if (who !== 'everybody') continue;
    if (allow) return doubtful ? 'unknown' : 'passes';
    return 'refused';
  }
  return doubtful ? 'unknown' : 'passes';
}

/** The kind of gate that letting these in makes. */
export function listKind(allowed: readonly string[]): string {
  const held = allowed.map(holds);
  if (held.length > 0 && held.every((one) => one === 'loopback')) return 'loopback-only';
  return held.includes('private-networks') ? 'private-networks' : 'allow-list';
}
