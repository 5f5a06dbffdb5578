import type { Deployable } from '../../model/deploy.ts';
import type { Machine } from '../../system/machine.ts';
import type { DockerContainer } from '../docker.ts';
import type { Translation } from '../firewall/ruleset.ts';
import type { ObservedListener } from '../observed.ts';
import { described } from './gather-listeners.ts';
import { processReader } from './gather-processes.ts';

/** Ports that are open without a socket: rules of the kernel send them into a container. */
export async function gatherPublished(
  machine: Machine,
  translations: readonly Translation[],
  containers: readonly DockerContainer[],
  listeners: readonly ObservedListener[],
  services: readonly Deployable[],
): Promise<ObservedListener[]> {
  const read = await processReader(machine);
  const declared = containers.flatMap(({ published, addresses }) =>
    published.map(({ hostAddress, hostPort, containerPort }) => ({
      hostAddress,
      hostPort,
      address: addresses[0] ?? '',
      port: containerPort,
    })),
  );
  const found: ObservedListener[] = [];
  for (const { hostAddress, hostPort, address, port } of [...translations, ...declared]) {
    const place = hostAddress ?? '0.0.0.0';
    const known = [...listeners, ...found].some((one) => one.port === hostPort && covers(one.address, place));
    if (known) continue;
    const container = containers.find(({ addresses }) => addresses.includes(address)) ?? null;
    const holder = container ? await read(container.pid) : null;
    const forwardsTo = `${address}:${port}`;
    const opened = { kind: 'dnat', address: place, port: hostPort, dualStack: null, forwardsTo } as const;
    found.push(described(opened, holder, container, [hostPort, port], services));
  }
  return found;
}

function covers(bound: string, wanted: string): boolean {
  return bound === wanted || bound === '::' || (bound === '0.0.0.0' && !wanted.includes(':'));
}
