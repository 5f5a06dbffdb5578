import { formatAddress, type Point, parseAddress } from './address.ts';
import { parseHost } from './host.ts';
import { HIGHEST_PORT } from './ports.ts';

interface UrlParts {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly point: Point | null;
  readonly port: number;
  readonly basePath: string;
}

export type UrlReading =
  | { readonly status: 'ok'; readonly parts: UrlParts }
  | { readonly status: 'failed'; readonly expected: string };

const DEFAULT_PORT = { http: 80, https: 443 } as const;
const SHAPE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/i;

/**
 * Reads an http or https URL without letting a URL library reinterpret the host (`http://0x7f.1` is no address here).
 * Query and fragment have no place in a base path; `lenient` drops them, for URLs that another scanner wrote.
 */
export function readUrl(text: string, lenient = false): UrlReading {
  const [, schemeText = '', authority = '', path = '', query] = SHAPE.exec(text) ?? [];
  const scheme = schemeText.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return failed('a URL that starts with http:// or https://');
  if (text.includes('\\')) return failed('a URL without backslashes');
  if (authority.includes('@')) return failed('a URL without user name and password');
  if (!lenient && (query !== undefined || text.includes('#'))) return failed('a base URL without query and fragment');
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(authority) ?? [];
  // RFC 6874 writes the zone's percent sign as %25.
  const host = bracketed === undefined ? parseHost(plain) : bracketedHost(bracketed.replace('%25', '%'));
  if (host.kind === 'failed') return failed(host.expected);
  const port = digits === undefined ? DEFAULT_PORT[scheme] : Number(digits);
  if (digits !== undefined && !(/^[1-9][0-9]{0,4}$/.test(digits) && port <= HIGHEST_PORT)) {
    return failed('one port from 1 to 65535 behind the host');
  }
  const point = host.kind === 'address' ? host.point : null;
  const name = host.kind === 'address' ? formatAddress(host.point.page, host.point.offset) : host.name;
  return { status: 'ok', parts: { scheme, host: name, point, port, basePath: basePathOf(path) } };
}

function bracketedHost(text: string): ReturnType<typeof parseHost> {
  const point = text.includes(':') ? parseAddress(text) : null;
  return point ? { kind: 'address', point } : { kind: 'failed', expected: 'an IPv6 address between the brackets' };
}

/**
 * Dot segments resolved and odd characters percent-encoded, as the URL standard has it. One leading slash, because
 * a path that starts with two reads as another host where it is resolved as a reference (RFC 3986, section 4.2).
 */
function basePathOf(path: string): string {
  const { pathname } = new URL(`http://host${path}`);
  return pathname.replace(/^\/+/, '/').replace(/\/+$/, '');
}

function failed(expected: string): UrlReading {
  return { status: 'failed', expected };
}
