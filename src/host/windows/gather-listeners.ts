import type { Deployable } from '../../model/deploy.ts';
import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import { foreignListeners } from '../foreign-listener.ts';
import type { GatheredListeners } from '../linux/gather-listeners.ts';
import { readNetstat } from './netstat.ts';
import { readTasklist } from './tasklist.ts';

/** Listeners of Windows by netstat and tasklist. Command lines are not shown by either. */
export async function gatherWindowsListeners(
  machine: Machine,
  services: readonly Deployable[],
): Promise<GatheredListeners> {
  const [four, six, tasks] = await Promise.all([
    machine.tell('netstat'),
    machine.tell('netstat6'),
    machine.tell('tasklist'),
  ]);
  const troubles: Trouble[] = [four, six, tasks].flatMap((told) =>
    told.status === 'failed'
      ? [{ kind: 'not-read', where: 'netstat, tasklist', what: told.detail || told.reason }]
      : [],
  );
  const names = new Map(readTasklist(tasks.status === 'ok' ? tasks.text : '').map((task) => [task.pid, task]));
  const sockets = [four, six]
    .flatMap((told) => (told.status === 'ok' ? readNetstat(told.text) : []))
    .map((socket) => {
      const { name = '', user = null } = names.get(socket.pid) ?? {};
      return { ...socket, name, user, commandLine: '' };
    });
  return { listeners: foreignListeners(sockets, services), containers: [], troubles };
}
