import type { HostAddress } from '../model/host.ts';
import type { LocalNetwork } from '../system/ports.ts';
import { formatAddress, parseAddress } from '../targets/address.ts';
import { parseCidr, runOf } from '../targets/cidr.ts';
import { reachOf } from '../targets/scope.ts';

export interface HostAddresses {
  readonly addresses: readonly HostAddress[];
  /** Link-local addresses, which are not asked: each needs its interface named. */
  readonly linkLocal: readonly string[];
}

/** Bridges that Docker, Podman, CNI and LXC make by themselves: only containers of this host are behind them. */
const CONTAINER_BRIDGE =
  /^(?:docker\d+|docker_gwbridge|br-[0-9a-f]{12}|podman\d+|cni-?\w*\d+|lxcbr\d+|(?:lxd|incus)br\d+)$/;

/** Every address this machine has, loopback first, then by family and number. */
export function hostAddresses(networks: readonly LocalNetwork[]): HostAddresses {
  const linkLocal: string[] = [];
  const addresses = networks.flatMap((network): HostAddress[] => {
    const text = network.cidr.replace(/[%/].*$/, '');
    const point = parseAddress(text);
    if (!point) return [];
    if (/^fe[89ab]/i.test(text)) {
      linkLocal.push(`${text} (${network.interface})`);
      return [];
    }
    const address = formatAddress(point.page, point.offset);
    const reach = reachOf(address);
    return [
      {
        interface: network.interface,
        address,
        network: networkOf(network.cidr),
        reach: reach === 'lan' && CONTAINER_BRIDGE.test(network.interface) ? 'container' : reach,
      },
    ];
  });
  const rank = ({ reach, address }: HostAddress): string =>
    `${reach === 'loopback' ? 0 : 1}${address.includes(':') ? 1 : 0}${address}`;
  return { addresses: addresses.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)), linkLocal };
}

/** `192.168.1.7/24` → `192.168.1.0/24`. */
function networkOf(cidr: string): string {
  const parsed = parseCidr(cidr.replace(/%[^/]*/, ''));
  if (parsed.status === 'failed') return cidr;
  const run = runOf(parsed.range);
  return run ? `${formatAddress(run.page, run.first)}/${parsed.prefix}` : wideNetwork(cidr, parsed.prefix);
}

/** A network wider than one page of the address space: its hexadecimal groups below the prefix are cut off. */
function wideNetwork(cidr: string, prefix: number): string {
  const point = parseAddress(cidr.replace(/[%/].*$/, ''));
  if (!point) return cidr;
  const groups = expanded(formatAddress(point.page, point.offset)).map((group, i) => {
    const bits = Math.min(16, Math.max(0, prefix - i * 16));
    return group & (0xffff << (16 - bits)) & 0xffff;
  });
  const last = groups.findLastIndex((group) => group !== 0);
  const head = groups.slice(0, Math.max(last + 1, 1)).map((group) => group.toString(16));
  return `${head.join(':')}${head.length < 8 ? '::' : ''}/${prefix}`;
}

function expanded(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((part) => Number.parseInt(part, 16));
  const [front, back] = [groups(head), groups(tail ?? '')];
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}
