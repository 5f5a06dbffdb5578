import { isIPv6 } from 'node:net';
import type { Libc, Pointer } from './libc.ts';

const AF_UNSPEC = 0;
const AF_INET = 2;
const AF_INET6 = 10;
const IPV4_LENGTH = 16;
const IPV6_LENGTH = 28;
/** Where the address stands in `sockaddr_in` and `sockaddr_in6`, and the zone in the latter (ip(7), ipv6(7)). */
const IPV4_AT = 4;
const IPV4_LAST = 7;
const IPV6_AT = 8;
const ZONE_AT = 24;

/** One `sockaddr`, written again for every call. */
export interface SocketAddress {
  readonly pointer: Pointer;
  /** Its length in bytes, or a reason why there is no such place. */
  write(address: string, port: number): number | 'EINVAL' | 'ENOTFOUND' | 'ERR_SOCKET_BAD_PORT';
  /** The address that undoes a connection or an attempt at one (connect(2), AF_UNSPEC). */
  writeNone(): number;
  /** Whether it names the same address and port. */
  equals(other: SocketAddress): boolean;
  readonly bytes: Buffer;
}

export function createSocketAddress(libc: Pick<Libc, 'pointerTo' | 'interfaceIndex'>): SocketAddress {
  const bytes = Buffer.alloc(IPV6_LENGTH);

  /** @returns whether it is one, by the rules of node:net: four numbers up to 255, no zeros in front. */
  function writeIpv4(address: string): boolean {
    let value = 0;
    let digits = 0;
    let part = IPV4_AT;
    for (let at = 0; at < address.length; at++) {
      const code = address.charCodeAt(at);
      if (code === DOT) {
        if (digits === 0 || part === IPV4_LAST) return false;
        bytes[part++] = value;
        value = digits = 0;
      } else {
        value = value * 10 + code - ZERO;
        digits += 1;
        if (code < ZERO || code > NINE || value > 255 || (digits > 1 && value < 10)) return false;
      }
    }
    bytes[part] = value;
    return part === IPV4_LAST && digits > 0;
  }

  return {
    pointer: libc.pointerTo(bytes),
    bytes,
    write(address, port) {
      if (!Number.isInteger(port) || port < 0 || port > 65_535) return 'ERR_SOCKET_BAD_PORT';
      bytes[2] = port >> 8;
      bytes[3] = port & 255;
      if (writeIpv4(address)) {
        bytes.writeUInt16LE(AF_INET, 0);
        return IPV4_LENGTH;
      }
      if (!isIPv6(address)) return 'ENOTFOUND';

      const [bare = '', zone = ''] = address.split('%');
      const index = zone === '' ? 0 : /^\d+$/.test(zone) ? Number(zone) : libc.interfaceIndex(zone);
      if (zone !== '' && index === 0) return 'EINVAL';
      bytes.writeUInt16LE(AF_INET6, 0);
      bytes.writeUInt32LE(0, 4);
      for (const [n, group] of groupsOf(bare).entries()) bytes.writeUInt16BE(group, IPV6_AT + 2 * n);
      bytes.writeUInt32LE(index, ZONE_AT);
      return IPV6_LENGTH;
    },
    writeNone() {
      bytes.writeUInt16LE(AF_UNSPEC, 0);
      return IPV4_LENGTH;
    },
    equals(other) {
      const length = bytes.readUInt16LE(0) === AF_INET ? IPV4_AT + 4 : IPV6_AT + 16;
      // The flow label between port and address is zero on both sides.
      return bytes.compare(other.bytes, 0, length, 0, length) === 0;
    },
  };
}

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const GROUPS = 8;

/** The eight groups of an IPv6 address that node:net accepts (RFC 4291, 2.2). */
export function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const first = groupsOfPart(head);
  if (tail === undefined) return first;

  const last = groupsOfPart(tail);
  return [...first, ...Array.from({ length: GROUPS - first.length - last.length }, () => 0), ...last];
}

function groupsOfPart(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
