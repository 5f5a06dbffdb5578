import { type Point, parseAddress } from './address.ts';

/** A host as written: one address, or a name that the caller has to resolve. */
export type HostReading =
  | { readonly kind: 'address'; readonly point: Point }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'failed'; readonly expected: string };

/** RFC 952 and RFC 1123 labels, plus the underscore that container and service names have. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * What C resolvers read as an IPv4 address in octal, hexadecimal or with parts left out
 * (URL standard, "ends in a number checker").
 */
const ENDS_IN_NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/;

const LONGEST_NAME = 253;

export const EXPECTED_HOST =
  'an address, a host name, host:port, [ipv6]:port, a CIDR, a range such as 10.0.0.1-50, or an http(s) URL';
const EXPECTED_QUAD = 'an IPv4 address of four decimal numbers from 0 to 255 without leading zeros, such as 127.0.0.1';

/** Reads an address without brackets or a host name; names come back in lower case, in ASCII, without a final dot. */
export function parseHost(text: string): HostReading {
  const point = parseAddress(text);
  if (point) return { kind: 'address', point };
  if (text.includes(':') || text.includes('%')) return { kind: 'failed', expected: expectedIpv6(text) };
  return parseName(text);
}

/** Reads a host name only. */
export function parseName(text: string): Exclude<HostReading, { kind: 'address' }> {
  const ascii = toAscii(text);
  const name = ascii?.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (!name) return { kind: 'failed', expected: EXPECTED_HOST };
  const labels = name.split('.');
  if (ENDS_IN_NUMBER.test(labels.at(-1) ?? '')) return { kind: 'failed', expected: EXPECTED_QUAD };
  if (name.length > LONGEST_NAME || !labels.every((label) => LABEL.test(label))) {
    return { kind: 'failed', expected: EXPECTED_HOST };
  }
  return { kind: 'name', name };
}

/** Lower case, internationalised names as `xn--`; null when that cannot be done. */
function toAscii(text: string): string | null {
  if (/^[\x21-\x7e]*$/.test(text)) return text.toLowerCase();
  // Nothing that could mean something else in a URL gets into one here.
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(text)) return null;
  return URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : null;
}

function expectedIpv6(text: string): string {
  const percent = text.indexOf('%');
  if (percent >= 0 && parseAddress(text.slice(0, percent))) {
    return 'a zone only behind a link-local address, such as fe80::1%eth0';
  }
  const colon = text.lastIndexOf(':');
  if (/^[0-9,-]*$/.test(text.slice(colon + 1)) && parseAddress(text.slice(0, colon))?.page.family === 6) {
    return `brackets around an IPv6 address with a port: [${text.slice(0, colon)}]${text.slice(colon)}`;
  }
  return 'an IPv6 address such as fd00::1, or [fd00::1]:8080 with a port';
}
