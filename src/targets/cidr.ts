import IPCIDR from 'ip-cidr';
import {
  formatAddress,
  formatIpv6,
  IPV4_PAGE,
  type Point,
  parseAddress,
  parseIpv4,
  parseIpv6,
  pointOf,
  type Run,
} from './address.ts';

/** Neighbouring addresses of any width, both ends included. */
export type AddressRange =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint; readonly zone: string | null };

export type CidrReading =
  | { readonly status: 'ok'; readonly range: AddressRange; readonly prefix: number }
  | { readonly status: 'failed'; readonly expected: string };

const MAPPED_PREFIX = 96;

/** The longest stretch of IPv6 that is expanded: 65,536 addresses. */
export const WIDEST_IPV6_PREFIX = 112;

/**
 * A CIDR of any width. Host bits are dropped (`10.0.0.7/24` is `10.0.0.0/24`), as routers and other scanners do.
 * A network of IPv4-mapped addresses comes back as IPv4.
 */
export function parseCidr(text: string): CidrReading {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const digits = text.slice(slash + 1);
  const prefix = /^(?:0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : Number.NaN;
  const ipv4 = parseIpv4(address);
  if (ipv4 !== null) {
    if (!(prefix <= 32)) return { status: 'failed', expected: 'a prefix length from /0 to /32' };
    return { status: 'ok', range: ipv4Network(formatAddress(IPV4_PAGE, ipv4), prefix), prefix };
  }
  const groups = parseIpv6(address);
  if (!groups)
    return { status: 'failed', expected: 'an IPv4 or IPv6 address before the slash, such as 192.168.1.0/24' };
  if (!(prefix <= 128)) return { status: 'failed', expected: 'a prefix length from /0 to /128' };
  const point = pointOf(groups, null);
  if (point.page.family === 4) {
    if (prefix < MAPPED_PREFIX)
      return { status: 'failed', expected: 'a prefix length from /96 to /128 behind an IPv4-mapped address' };
    const mapped = prefix - MAPPED_PREFIX;
    return { status: 'ok', range: ipv4Network(formatAddress(point.page, point.offset), mapped), prefix: mapped };
  }
  // Pure hexadecimal text: ip-cidr takes an IPv6 address with a dotted tail for the IPv4 address in that tail.
  const cidr = new IPCIDR(`${formatIpv6(groups)}/${prefix}`);
  const first = cidr.start<bigint>({ type: 'bigInteger' });
  return {
    status: 'ok',
    range: { family: 6, first, last: cidr.end<bigint>({ type: 'bigInteger' }), zone: null },
    prefix,
  };
}

function ipv4Network(address: string, prefix: number): AddressRange {
  const cidr = new IPCIDR(`${address}/${prefix}`);
  const first = Number(cidr.start<bigint>({ type: 'bigInteger' }));
  return { family: 4, first, last: Number(cidr.end<bigint>({ type: 'bigInteger' })) };
}

/** A CIDR, or a single address as a range of one. */
export function parseNetwork(text: string): CidrReading {
  if (text.includes('/')) return parseCidr(text);
  const point = parseAddress(text);
  if (!point) return { status: 'failed', expected: 'an IPv4 or IPv6 address or a CIDR such as 192.168.1.0/24' };
  return { status: 'ok', range: rangeOfPoint(point), prefix: point.page.family === 4 ? 32 : 128 };
}

export function rangeOfPoint(point: Point): AddressRange {
  if (point.page.family === 4) return { family: 4, first: point.offset, last: point.offset };
  const value = numberOf([...point.page.groups, point.offset]);
  return { family: 6, first: value, last: value, zone: point.page.zone };
}

/** The 128-bit number of eight groups. */
export function numberOf(groups: readonly number[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The range as a stretch of one page, or null when it is an IPv6 range that spans several. */
export function runOf(range: AddressRange): Run | null {
  if (range.family === 4) return { page: IPV4_PAGE, first: range.first, last: range.last };
  if (range.first >> 16n !== range.last >> 16n) return null;
  const groups = Array.from({ length: 8 }, (_, i) => Number((range.first >> BigInt(16 * (7 - i))) & 0xffffn));
  const { page, offset } = pointOf(groups, range.zone);
  return { page, first: offset, last: offset + Number(range.last - range.first) };
}
