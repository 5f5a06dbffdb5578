import type { Catalogue } from '../model/service.ts';
import type { Machine } from '../system/machine.ts';
import type { GatheredListeners } from './linux/gather-listeners.ts';
import type { HostObservation } from './observed.ts';

/** Reads this machine; asks nothing of any listener. */
export async function gatherHost(machine: Machine, catalogue: Catalogue): Promise<HostObservation> {
  const { listeners, containers, troubles } = await gatherListeners(machine, catalogue);
  const linux = machine.platform === 'linux';
  const [nft, iptables, ip6tables] = await Promise.all(
    (['nft', 'iptables', 'ip6tables'] as const).map(async (name) =>
      linux ? machine.tell(name) : ({ status: 'failed', reason: 'not-installed', detail: '' } as const),
    ),
  );
  const failed = { status: 'failed', reason: 'failed', detail: '' } as const;
  const ufw = await machine.read('/etc/ufw/ufw.conf', 65_536);
  return {
    listeners,
    containers,
    rules: {
      nft: nft ?? failed,
      iptables: iptables ?? failed,
      ip6tables: ip6tables ?? failed,
      ufw: ufw.status === 'ok' && /^\s*ENABLED\s*=\s*yes\b/im.test(ufw.text),
    },
    troubles,
  };
}

async function gatherListeners(machine: Machine, catalogue: Catalogue): Promise<GatheredListeners> {
  switch (machine.platform) {
    case 'linux':
      return (await import('./linux/gather-listeners.ts')).gatherLinuxListeners(machine, catalogue);
    case 'darwin':
      return (await import('./darwin/gather-listeners.ts')).gatherDarwinListeners(machine, catalogue);
    case 'win32':
      return (await import('./windows/gather-listeners.ts')).gatherWindowsListeners(machine, catalogue);
    case 'other':
      return {
        listeners: [],
        containers: [],
        troubles: [
          { kind: 'not-read', where: 'this system', what: 'listeners are read on Linux, macOS and Windows only' },
        ],
      };
  }
}
