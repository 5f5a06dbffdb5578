import type { Deployable } from '../../model/deploy.ts';
import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import { foreignListeners } from '../foreign-listener.ts';
import type { GatheredListeners } from '../linux/gather-listeners.ts';
import { readLsof } from './lsof.ts';
import { readPs } from './ps.ts';

/** Listeners of macOS by lsof and ps. */
export async function gatherDarwinListeners(
  machine: Machine,
  services: readonly Deployable[],
): Promise<GatheredListeners> {
  const [lsof, ps] = await Promise.all([machine.tell('lsof'), machine.tell('ps')]);
  const troubles: Trouble[] = [];
  if (lsof.status === 'failed') troubles.push({ kind: 'not-read', where: 'lsof', what: lsof.detail || lsof.reason });
  if (!machine.superuser)
    troubles.push({
      kind: 'not-read',
      where: 'lsof',
      what: 'sockets of other users are not shown; run as root for more',
    });
  const processes = new Map(readPs(ps.status === 'ok' ? ps.text : '').map((row) => [row.pid, row]));
  const sockets = readLsof(lsof.status === 'ok' ? lsof.text : '').map(({ pid, command, user, address, port }) => {
    const row = processes.get(pid);
    return { address, port, pid, name: command, commandLine: row?.command ?? '', user: row?.user ?? user };
  });
  return { listeners: foreignListeners(sockets, services), containers: [], troubles };
}
