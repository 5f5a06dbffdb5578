import type { Deployable } from '../model/deploy.ts';
import type { Machine, Told } from '../system/machine.ts';
import { type Firewall, firewallOf } from './firewall/firewall.ts';
import type { GatheredListeners } from './linux/gather-listeners.ts';
import type { HostObservation } from './observed.ts';

/** Reads this machine; asks nothing of any listener. */
export async function gatherHost(machine: Machine, services: readonly Deployable[]): Promise<HostObservation> {
  const firewall = await gatherFirewall(machine);
  if (machine.platform === 'linux') return gatherLinux(machine, services, firewall);
  return { ...NO_FILES, ...(await gatherForeign(machine, services)), firewall };
}

async function gatherLinux(
  machine: Machine,
  services: readonly Deployable[],
  firewall: Firewall,
): Promise<HostObservation> {
  const [{ gatherRunning }, { gatherLinuxListeners }, { gatherFiles }] = await Promise.all([
    import('./linux/gather-running.ts'),
    import('./linux/gather-listeners.ts'),
    import('./linux/gather-files.ts'),
  ]);
  const running = await gatherRunning(machine);
  const found = await gatherLinuxListeners(machine, running, services, firewall.translations);
  const files = await gatherFiles(machine, running, found.listeners, found.containers);
  return { ...files, ...found, firewall, troubles: [...found.troubles, ...files.troubles] };
}

const NO_FILES = { configuration: [], keyFiles: [], renewals: [], ages: [] } as const;
const MAX_FILE = 65_536;

async function gatherFirewall(machine: Machine): Promise<Firewall> {
  if (machine.platform !== 'linux') {
    const nothing: Told = { status: 'failed', reason: 'failed', detail: '' };
    return firewallOf({ nft: nothing, iptables: nothing, ip6tables: nothing, legacy: false, ufw: false });
  }
  const [nft, iptables, ip6tables] = [
    await machine.tell('nft'),
    await machine.tell('iptables'),
    await machine.tell('ip6tables'),
  ];
  const legacy = await machine.read('/proc/net/ip_tables_names', MAX_FILE);
  const ufw = await machine.read('/etc/ufw/ufw.conf', MAX_FILE);
  return firewallOf({
    nft,
    iptables,
    ip6tables,
    legacy: legacy.status === 'ok' && legacy.text.trim() !== '',
    ufw: ufw.status === 'ok' && /^\s*ENABLED\s*=\s*yes\b/im.test(ufw.text),
  });
}

async function gatherForeign(machine: Machine, services: readonly Deployable[]): Promise<GatheredListeners> {
  switch (machine.platform) {
    case 'darwin':
      return (await import('./darwin/gather-listeners.ts')).gatherDarwinListeners(machine, services);
    case 'win32':
      return (await import('./windows/gather-listeners.ts')).gatherWindowsListeners(machine, services);
    case 'linux':
    case 'other': {
      const what = 'listeners are read on Linux, macOS and Windows only';
      return { listeners: [], containers: [], troubles: [{ kind: 'not-read', where: 'this system', what }] };
    }
  }
}
