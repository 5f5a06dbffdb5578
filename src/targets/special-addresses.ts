import { parseAddress } from './address.ts';
import { type AddressRange, rangeOfPoint } from './cidr.ts';

/**
 * What an address range is, whoever asks for it. `loopback` and `local` may always be dialled, the others never.
 * What stands in no row is public.
 */
export type Standing = 'loopback' | 'local' | 'metadata' | 'reserved' | 'transition';

export interface SpecialRange {
  /** The address or network, as registries write it. */
  readonly text: string;
  readonly range: AddressRange;
  readonly standing: Standing;
  readonly name: string;
}

/** Range, standing, name; the source is in the comment. Where rows overlap, the row that forbids holds. */
const TABLE: readonly (readonly [string, Standing, string])[] = [
  ['127.0.0.0/8', 'loopback', 'loopback'], // RFC 1122, section 3.2.1.3
  ['::1/128', 'loopback', 'loopback'], // RFC 4291, section 2.5.3

  ['10.0.0.0/8', 'local', 'private network'], // RFC 1918
  ['172.16.0.0/12', 'local', 'private network'], // RFC 1918
  ['192.168.0.0/16', 'local', 'private network'], // RFC 1918
  ['169.254.0.0/16', 'local', 'link-local'], // RFC 3927
  ['100.64.0.0/10', 'local', 'shared address space'], // RFC 6598: carrier-grade NAT, overlay networks
  ['fc00::/7', 'local', 'unique local'], // RFC 4193
  ['fe80::/10', 'local', 'link-local'], // RFC 4291, section 2.5.6

  // Services that hand out a machine's credentials or configuration to whoever asks from that machine.
  ['169.254.169.254', 'metadata', 'cloud metadata service'], // docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; also Azure, Google, Oracle, OpenStack and others
  ['fd00:ec2::254', 'metadata', 'AWS instance metadata'], // the same page
  ['169.254.170.2', 'metadata', 'Amazon ECS task metadata'], // docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint.html
  ['169.254.170.23', 'metadata', 'Amazon EKS Pod Identity agent'], // docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
  ['fd00:ec2::23', 'metadata', 'Amazon EKS Pod Identity agent'], // the same page
  ['169.254.169.252', 'metadata', 'GKE metadata server'], // cloud.google.com/kubernetes-engine/docs/how-to/workload-identity (port 988)
  ['fd20:ce::254', 'metadata', 'Google Cloud metadata server'], // cloud.google.com/compute/docs/metadata/querying-metadata
  ['168.63.129.16', 'metadata', 'Azure wire server'], // learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['100.100.100.200', 'metadata', 'Alibaba Cloud metadata'], // github.com/canonical/cloud-init: doc/rtd/reference/datasources/aliyun.rst
  ['169.254.0.23', 'metadata', 'Tencent Cloud metadata'], // github.com/DataDog/datadog-agent: pkg/util/cloudproviders/tencent
  ['100.96.0.96', 'metadata', 'Volcano Engine metadata'], // github.com/volcengine/cello: credential server address
  ['169.254.42.42', 'metadata', 'Scaleway metadata'], // github.com/canonical/cloud-init: cloudinit/sources/DataSourceScaleway.py
  ['fd00:42::42', 'metadata', 'Scaleway metadata'], // the same file
  ['fd00:c1::a9fe:a9fe', 'metadata', 'Oracle Cloud metadata'], // github.com/canonical/cloud-init: cloudinit/sources/DataSourceOracle.py
  ['fd00:a9fe:a9fe::1', 'metadata', 'Akamai metadata'], // github.com/canonical/cloud-init: cloudinit/sources/DataSourceAkamai.py
  ['fe80::a9fe:a9fe', 'metadata', 'OpenStack metadata'], // github.com/canonical/cloud-init: cloudinit/sources/DataSourceOpenStack.py

  ['0.0.0.0/8', 'reserved', '"this network"'], // RFC 791; Linux takes 0.0.0.0 for the host itself
  ['192.0.0.0/24', 'reserved', 'protocol assignments'], // RFC 6890, section 2.1; Oracle Cloud Classic metadata is 192.0.0.192
  ['224.0.0.0/4', 'reserved', 'multicast'], // RFC 5771
  ['240.0.0.0/4', 'reserved', 'reserved, with the broadcast address'], // RFC 1112, section 4; RFC 919
  ['::/128', 'reserved', 'unspecified address'], // RFC 4291, section 2.5.2
  ['100::/64', 'reserved', 'discard-only'], // RFC 6666
  ['ff00::/8', 'reserved', 'multicast'], // RFC 4291, section 2.7

  // Addresses that carry an IPv4 address inside: a way around everything above if they were dialled.
  ['::/96', 'transition', 'IPv4-compatible'], // RFC 4291, section 2.5.5.1, deprecated
  ['::ffff:0:0:0/96', 'transition', 'IPv4-translated'], // RFC 2765, section 2.1
  ['64:ff9b::/96', 'transition', 'NAT64'], // RFC 6052
  ['64:ff9b:1::/48', 'transition', 'local-use NAT64'], // RFC 8215
  ['2001::/32', 'transition', 'Teredo'], // RFC 4380
  ['2002::/16', 'transition', '6to4'], // RFC 3056
];

export const SPECIAL_RANGES: readonly SpecialRange[] = TABLE.map(([text, standing, name]) => ({
  text,
  range: block(text),
  standing,
  name,
}));

/** By plain arithmetic: fifty rows through ip-cidr are a tenth of every start that dials. The rows have no host bits. */
function block(text: string): AddressRange {
  const [address = '', prefix] = text.split('/');
  const point = parseAddress(address);
  if (point === null) throw new Error(`special address ${text}: expected an address or a network`);
  const first = rangeOfPoint(point);
  if (prefix === undefined) return first;
  if (first.family === 4) return { ...first, last: first.first + 2 ** (32 - Number(prefix)) - 1 };
  return { ...first, last: first.first + (1n << BigInt(128 - Number(prefix))) - 1n };
}

/** ISATAP interface identifiers carry an IPv4 address under any prefix (RFC 5214, section 6.1). */
export function isIsatap(groups: readonly number[]): boolean {
  return (groups[4] === 0 || groups[4] === 0x0200) && groups[5] === 0x5efe;
}
