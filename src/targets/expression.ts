import { UsageError } from '../model/trouble.ts';
import { type Point, parseAddress, parseIpv4, type Run } from './address.ts';
import { parseCidr, runOf, WIDEST_IPV6_PREFIX } from './cidr.ts';
import { EXPECTED_HOST, parseHost } from './host.ts';
import type { Interval } from './intervals.ts';
import { parsePortRanges } from './ports.ts';
import { quote } from './quote.ts';
import { readUrl } from './url.ts';

interface Written {
  /** As the user wrote it. Quote before showing. */
  readonly text: string;
  /** Where it stands, ready for an error line: `target 1`, `targets.txt:12`. */
  readonly where: string;
}

/** One address, a range or a CIDR. `ports` is null where the run's ports apply. */
interface AddressesExpression extends Written {
  readonly kind: 'addresses';
  readonly run: Run;
  readonly ports: readonly Interval[] | null;
}

/** A host name. `pinned`: another scanner found the ports on this address, so the name is not resolved again. */
interface NameExpression extends Written {
  readonly kind: 'name';
  readonly name: string;
  readonly pinned: Point | null;
  readonly ports: readonly Interval[] | null;
}

/** One web address: a scheme, a port and a base path. `point` is null when the host is a name. */
export interface UrlExpression extends Written {
  readonly kind: 'url';
  readonly scheme: 'http' | 'https';
  /** Canonical address or lower-case name. */
  readonly host: string;
  readonly point: Point | null;
  readonly port: number;
  /** Without trailing slash: `` or `/ollama`. */
  readonly basePath: string;
}

export type TargetExpression = AddressesExpression | NameExpression | UrlExpression;

const LONGEST = 2048;
const EXPECTED_PORTS = 'ports from 1 to 65535 behind the colon, such as :8080 or :80,8000-8100';
const RANGE = /^([0-9]+(?:\.[0-9]+){3})-([^:]*)(?::(.*))?$/;

/**
 * Reads one target:
 *
 * - `192.168.1.20`, `fd00::1`, `fe80::1%eth0`, `gpu.lan`
 * - the same with ports: `gpu.lan:11434`, `192.168.1.20:80,8000-8100`, `[fd00::1]:8080`
 * - `192.168.1.0/24`, `fd00::/120`, also with ports: `192.168.1.0/24:11434`, `[fd00::/120]:80`. Host bits are dropped:
 *   `192.168.1.7/24` is the whole `192.168.1.0/24`. IPv6 networks end at /112.
 * - `10.0.0.1-50`, `10.0.0.1-10.0.1.5`, also with ports
 * - `https://ai.lan/ollama`: one port, and everything is asked for below `/ollama`
 *
 * IPv4-mapped IPv6 is the IPv4 address it carries. Whether a target may be dialled is for the scope to say.
 *
 * @param where stands in front of errors: `target 1`, `targets.txt:12`.
 * @throws UsageError saying what was expected.
 */
export function parseExpression(text: string, where: string): TargetExpression {
  const written = { text: text.trim(), where };
  const reading = read(written);
  if (typeof reading !== 'string') return reading;
  throw new UsageError(`${where}: ${quote(written.text)} is not a target: expected ${reading}`);
}

/** The expression, or what was expected instead. */
function read(written: Written): TargetExpression | string {
  const { text } = written;
  if (text.length > LONGEST) return `at most ${LONGEST} characters`;
  if (text === '' || /[\s\p{Cc}]/u.test(text)) return `one target: ${EXPECTED_HOST}`;
  if (text.includes('://')) return readWebAddress(written);
  if (text.includes('/')) return readCidr(written);
  const range = RANGE.exec(text);
  if (range && !looksLikeName(range[2] ?? '')) return readRange(written, range[1] ?? '', range[2] ?? '', range[3]);
  return readHost(written);
}

function readWebAddress(written: Written): TargetExpression | string {
  const url = readUrl(written.text);
  return url.status === 'failed' ? url.expected : { ...written, kind: 'url', ...url.parts };
}

function readCidr(written: Written): TargetExpression | string {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(written.text);
  const bare = /^([^/]*\/[^:]*)(?::(.*))?$/.exec(written.text);
  const [, network = written.text, suffix] = bracketed ?? bare ?? [];
  if (!/^[0-9a-f:.]+\//i.test(network))
    return 'a CIDR such as 192.168.1.0/24, or a URL that starts with http:// or https://';
  const cidr = parseCidr(network);
  if (cidr.status === 'failed') return cidr.expected;
  const run = runOf(cidr.range);
  if (!run)
    return `an IPv6 network of /${WIDEST_IPV6_PREFIX} or longer (65,536 addresses), because wider ones cannot be swept; name the hosts instead`;
  return withPorts({ ...written, kind: 'addresses', run }, suffix);
}

/** `10.0.0.1-static.example.net` is a name and not a range. */
function looksLikeName(end: string): boolean {
  return /^[a-z0-9-]+\..*[a-z]\.?$/i.test(end);
}

function readRange(written: Written, from: string, to: string, suffix: string | undefined): TargetExpression | string {
  const start = parseAddress(from);
  const end = /^[0-9]+$/.test(to) ? `${from.slice(0, from.lastIndexOf('.') + 1)}${to}` : to;
  const last = parseIpv4(end);
  if (!start || last === null) return 'a range of IPv4 addresses such as 10.0.0.1-50 or 10.0.0.1-10.0.1.5';
  if (last < start.offset) return 'a range that ends at or after its first address';
  return withPorts({ ...written, kind: 'addresses', run: { page: start.page, first: start.offset, last } }, suffix);
}

function readHost(written: Written): TargetExpression | string {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(written.text);
  if (bracketed) {
    const point = parseAddress(bracketed[1] ?? '');
    if (!point || !bracketed[1]?.includes(':')) return 'an IPv6 address between the brackets, such as [fd00::1]:8080';
    return withPorts({ ...written, kind: 'addresses', run: single(point) }, bracketed[2]);
  }
  const plain = /^([^:]*)(?::([^:]*))?$/.exec(written.text);
  const host = parseHost(plain?.[1] ?? written.text);
  if (host.kind === 'failed') return host.expected;
  if (host.kind === 'name') return withPorts({ ...written, kind: 'name', name: host.name, pinned: null }, plain?.[2]);
  return withPorts({ ...written, kind: 'addresses', run: single(host.point) }, plain?.[2]);
}

function single({ page, offset }: Point): Run {
  return { page, first: offset, last: offset };
}

function withPorts(
  expression: Omit<AddressesExpression, 'ports'> | Omit<NameExpression, 'ports'>,
  suffix: string | undefined,
): TargetExpression | string {
  const ports = suffix === undefined ? null : parsePortRanges(suffix);
  return suffix !== undefined && ports === null ? EXPECTED_PORTS : { ...expression, ports };
}
