/*
 * Addresses as numbers. An address is an offset on a page: all of IPv4 is one page with 32-bit offsets,
 * and 65,536 neighbouring IPv6 addresses (a /112, the widest IPv6 network that is ever expanded) are one page
 * with 16-bit offsets. Interval arithmetic is therefore plain numbers for both families.
 */

interface Ipv4Page {
  readonly family: 4;
  /** Identity of the page; sorts IPv4 before IPv6. */
  readonly key: string;
  readonly lastOffset: number;
}

interface Ipv6Page {
  readonly family: 6;
  readonly key: string;
  readonly lastOffset: number;
  /** The upper seven 16-bit groups. */
  readonly groups: readonly number[];
  /** Interface of a link-local address, e.g. `eth0`. */
  readonly zone: string | null;
}

export type Page = Ipv4Page | Ipv6Page;

export interface Point {
  readonly page: Page;
  readonly offset: number;
}

/** Addresses of one page, both ends included. */
export interface Run {
  readonly page: Page;
  readonly first: number;
  readonly last: number;
}

export const IPV4_PAGE: Ipv4Page = { family: 4, key: '4', lastOffset: 0xffff_ffff };

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
/** RFC 6874 unreserved characters, at most what Linux takes for an interface name (IFNAMSIZ - 1). */
const ZONE = /^[A-Za-z0-9._~-]{1,15}$/;

/** Strict dotted quad: four decimal numbers, no leading zeros (RFC 6943, section 3.1.1, on why the loose forms are unsafe). */
export function parseIpv4(text: string): number | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) return null;
  return octets.reduce((value, octet) => value * 256 + Number(octet), 0);
}

/** Eight 16-bit groups of IPv6 text (RFC 4291, section 2.2), without zone. */
export function parseIpv6(text: string): readonly number[] | null {
  const hex = withoutDottedTail(text);
  if (hex === null) return null;
  const [head = '', tail, ...more] = hex.split('::');
  if (more.length > 0) return null;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const given = [...before, ...after];
  if (!given.every((group) => GROUP.test(group))) return null;
  if (tail === undefined ? given.length !== 8 : given.length > 7) return null;
  const zeros = Array.from({ length: 8 - given.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

/** `::ffff:10.0.0.1` in pure hexadecimal. */
function withoutDottedTail(text: string): string | null {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const value = parseIpv4(text.slice(colon + 1));
  if (colon < 0 || value === null) return null;
  return `${text.slice(0, colon + 1)}${Math.floor(value / 0x1_0000).toString(16)}:${(value % 0x1_0000).toString(16)}`;
}

/** One address, in any valid notation. IPv4-mapped IPv6 (RFC 4291, section 2.5.5.2) comes back as IPv4. */
export function parseAddress(text: string): Point | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== null) return { page: IPV4_PAGE, offset: ipv4 };
  const percent = text.indexOf('%');
  const groups = parseIpv6(percent < 0 ? text : text.slice(0, percent));
  if (!groups) return null;
  if (percent < 0) return pointOf(groups, null);
  const zone = text.slice(percent + 1);
  return ZONE.test(zone) && isLinkLocal(groups) ? pointOf(groups, zone) : null;
}

function isLinkLocal(groups: readonly number[]): boolean {
  return ((groups[0] ?? 0) & 0xffc0) === 0xfe80;
}

/** The point of eight groups; `::ffff:a.b.c.d` becomes IPv4. */
export function pointOf(groups: readonly number[], zone: string | null): Point {
  const offset = groups[7] ?? 0;
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return { page: IPV4_PAGE, offset: (groups[6] ?? 0) * 0x1_0000 + offset };
  }
  const upper = groups.slice(0, 7);
  const key = `6${upper.map((group) => group.toString(16).padStart(4, '0')).join('')}%${zone ?? ''}`;
  return { page: { family: 6, key, lastOffset: 0xffff, groups: upper, zone }, offset };
}

/** Canonical text: dotted quad, or RFC 5952 with the zone behind `%`. */
export function formatAddress(page: Page, offset: number): string {
  if (page.family === 4) {
    return `${offset >>> 24}.${(offset >>> 16) & 255}.${(offset >>> 8) & 255}.${offset & 255}`;
  }
  const text = formatIpv6([...page.groups, offset]);
  return page.zone === null ? text : `${text}%${page.zone}`;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
export function formatIpv6(groups: readonly number[]): string {
  let start = 0;
  let length = 0;
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const text = groups.map((group) => group.toString(16));
  if (length < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}
