import type { Deployable } from '../../model/deploy.ts';
import type { Container } from '../container.ts';
import type { Translation } from '../firewall/ruleset.ts';
import type { ObservedListener } from '../observed.ts';
import { described } from './described.ts';
import type { InsideReader } from './gather-inside.ts';

export interface Publications {
  /** Rules of the kernel that send a port into a container. */
  readonly translations: readonly Translation[];
  readonly containers: readonly Container[];
  readonly inside: InsideReader;
}

/**
 * Engines that hold a published port only so that nobody else takes it; what comes to it is rewritten on the way. Source:
 * moby/moby daemon/libnetwork/portmapper (without a userland proxy), containers/podman libpod/oci_conmon_common.go.
 */
const HOLDING = new Set(['dockerd', 'conmon']);

/** The listeners, and ports that are open without a socket of their own: rules of the kernel send them into a container. */
export async function gatherPublished(
  listeners: readonly ObservedListener[],
  { translations, containers, inside }: Publications,
  services: readonly Deployable[],
): Promise<ObservedListener[]> {
  const declared = containers.flatMap(({ published, addresses }) =>
    published.map(({ hostAddress, hostPort, containerPort }) => ({
      hostAddress,
      hostPort,
      address: addresses[0] ?? '',
      port: containerPort,
    })),
  );
  const all = [...listeners];
  for (const { hostAddress, hostPort, address, port } of [...translations, ...declared]) {
    const place = hostAddress ?? (address.includes(':') ? '::' : '0.0.0.0');
    const known = all.findIndex((one) => one.port === hostPort && covers(one.address, place));
    const reserved = HOLDING.has(all[known]?.process?.name ?? '');
    if (known >= 0 && !reserved) continue;
    const { holder, container } = await inside.at(address, port);
    const forwardsTo = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    const opened = {
      kind: 'dnat',
      address: place,
      port: hostPort,
      dualStack: place === '::' ? false : null,
      forwardsTo,
    } as const;
    all.splice(
      reserved ? known : all.length,
      reserved ? 1 : 0,
      described(opened, holder, container, [hostPort, port], services),
    );
  }
  return all;
}

function covers(bound: string, wanted: string): boolean {
  return bound === wanted || bound === '::' || (bound === '0.0.0.0' && !wanted.includes(':'));
}
