import { UsageError } from '../model/trouble.ts';
import { formatAddress } from './address.ts';
import { parseCidr, runOf, WIDEST_IPV6_PREFIX } from './cidr.ts';
import { parseExpression, type TargetExpression } from './expression.ts';
import { quote } from './quote.ts';
import { reachOf } from './scope.ts';

/** A network this machine is on, as the system reports it: `{ interface: 'eth0', cidr: '192.168.1.7/24' }`. */
export interface AttachedNetwork {
  readonly interface: string;
  readonly cidr: string;
  readonly internal: boolean;
}

/** The widest IPv4 subnet that is swept without being written down: 65,536 addresses. */
const WIDEST_IPV4_PREFIX = 16;

/**
 * What `--local` stands for: the IPv4 subnets of this machine, and its own unique local IPv6 addresses, because IPv6
 * subnets are too wide to sweep. Loopback is left out; so are public subnets, whose other addresses belong to others.
 * {@link localOmissions} says what was left out.
 *
 * @throws UsageError naming the interface when an IPv4 subnet is wider than /16.
 */
export function localExpressions(networks: readonly AttachedNetwork[]): TargetExpression[] {
  const where = new Map(networks.map(read).flatMap(({ target, place }) => (target === null ? [] : [[target, place]])));
  return [...where].sort(([a], [b]) => (a < b ? -1 : 1)).map(([target, place]) => parseExpression(target, place));
}

/** One sentence for each network that `--local` covers in part or not at all; loopback goes without saying. */
export function localOmissions(networks: readonly AttachedNetwork[]): string[] {
  return [...new Set(networks.map(read).flatMap(({ omission }) => omission ?? []))].sort();
}

interface Reading {
  readonly place: string;
  readonly target: string | null;
  readonly omission: string | null;
}

function read(network: AttachedNetwork): Reading {
  const place = `--local (${network.interface})`;
  const address = network.cidr.replace(/[%/].*$/, '');
  const reach = reachOf(address);
  if (network.internal || reach === 'loopback') return { place, target: null, omission: null };
  const cidr = parseCidr(network.cidr.replace(/%[^/]*/, ''));
  if (cidr.status === 'failed')
    return { place, target: null, omission: `${place}: ${quote(network.cidr)} is not a network` };
  const run = runOf(cidr.range);
  const subnet = run ? `${formatAddress(run.page, run.first)}/${cidr.prefix}` : network.cidr;
  if (reach !== 'lan') {
    return {
      place,
      target: null,
      omission: `${place}: ${subnet} is public; name it as a target and allow it with --allow-public`,
    };
  }
  if (run?.page.family === 6 || run === null) return readIpv6(place, address, subnet, run !== null);
  if (cidr.prefix >= WIDEST_IPV4_PREFIX) return { place, target: subnet, omission: null };
  throw new UsageError(
    `${place}: the subnet ${subnet} is wider than /${WIDEST_IPV4_PREFIX}: expected the part to scan as a target, such as ${address}/24`,
  );
}

function readIpv6(place: string, address: string, subnet: string, sweepable: boolean): Reading {
  if (sweepable) return { place, target: subnet, omission: null };
  const own = /^f[cd]/i.test(address);
  const what = own ? `${address} alone is scanned of` : 'nothing is scanned of';
  return {
    place,
    target: own ? address : null,
    omission: `${place}: ${what} ${subnet}, because IPv6 networks wider than /${WIDEST_IPV6_PREFIX} cannot be swept; name their hosts as targets`,
  };
}
