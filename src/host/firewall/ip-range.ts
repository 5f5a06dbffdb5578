/** Addresses as numbers, so that networks can be compared. */
export interface IpRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** An address, `address/prefix`, or `first-last`; null for anything else. */
export function readRange(text: string): IpRange | null {
  const [from = '', to] = text.split('-');
  if (to !== undefined) {
    const [first, last] = [readRange(from.trim()), readRange(to.trim())];
    return first && last && first.family === last.family ? { ...first, last: last.last } : null;
  }
  const [address = '', prefix, ...rest] = text.trim().split('/');
  const number = readAddress(address);
  if (number === null || rest.length > 0) return null;
  const family = address.includes(':') ? 6 : 4;
  const width = family === 4 ? 32 : 128;
  const length = prefix === undefined ? width : prefixLength(prefix);
  if (length === null || length > width) return null;
  const size = 1n << BigInt(width - length);
  const first = number - (number % size);
  return { family, first, last: first + size - 1n };
}

/** `24`, or a netmask as iptables may write it. */
function prefixLength(text: string): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const mask = readAddress(text);
  if (mask === null || text.includes(':')) return null;
  const bits = mask.toString(2);
  return /^1*0*$/.test(bits) && (bits.length === 32 || mask === 0n) ? bits.replaceAll('0', '').length : null;
}

function readAddress(text: string): bigint | null {
  if (!text.includes(':')) {
    const parts = text.split('.').map(Number);
    const valid = parts.length === 4 && /^[\d.]+$/.test(text) && parts.every((part) => part <= 255);
    return valid ? parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) : null;
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [front, back] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const tail = back ?? [];
  const missing = 8 - (front?.length ?? 0) - tail.length;
  if (back === undefined ? missing !== 0 : missing < 0) return null;
  const groups = [...(front ?? []), ...Array.from({ length: missing }, () => '0'), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(Number.parseInt(group, 16)), 0n);
}

/** How much of the inner range lies within the outer one. */
export function overlap(inner: IpRange, outer: IpRange): 'all' | 'none' | 'some' {
  if (inner.family !== outer.family || inner.last < outer.first || outer.last < inner.first) return 'none';
  return outer.first <= inner.first && inner.last <= outer.last ? 'all' : 'some';
}
