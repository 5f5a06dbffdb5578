/** Addresses of IPv4 as numbers, both included. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** Null for what is no dotted quad. */
export function ipv4Number(address: string | null): number | null {
  const octets = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address ?? '') ? (address ?? '').split('.').map(Number) : [];
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return null;
  return octets.reduce((number, octet) => number * 256 + octet, 0);
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** Sorted, disjoint, neighbours joined. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...stretches].sort((a, b) => a.first - b.first)) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else result.push({ first, last });
  }
  return result;
}
