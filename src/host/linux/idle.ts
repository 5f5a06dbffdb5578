import type { Machine } from '../../system/machine.ts';
import { gatherPids } from './gather-processes.ts';
import { placementOf, processName } from './process-text.ts';
import { unitNames } from './unit-files.ts';

/** What neither runs nor starts with this host. */
export interface Idle {
  program(name: string): boolean;
  /** `text`: of its fragment. A unit that cannot be enabled is started by others, so it is never called idle. */
  unit(name: string, text: string): boolean;
}

const MAX_FILE = 65_536;

/** What starts enabled units. In a container another program is the first, and links to units start nothing. */
const INITS = new Set(['systemd', 'init', 'openrc-init', 'runit', 's6-svscan', 'dinit']);

/** Where a link enables a program. Sources: systemd.unit(5), update-rc.d(8), rc-update(8). */
const LEVELS = ['/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d', '/etc/runlevels/default'] as const;
const UNIT_LINKS = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'] as const;

/** Where no process is to be seen, as in an image, nothing is called idle. */
export async function gatherIdle(machine: Machine): Promise<Idle> {
  const pids = await gatherPids(machine);
  if (pids.length === 0) return { program: () => false, unit: () => false };
  const text = async (path: string): Promise<string> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : '';
  };
  const programs = new Set<string>();
  const units = new Set<string>();
  for (const pid of pids) {
    const [stat, cgroup] = await Promise.all([text(`/proc/${pid}/stat`), text(`/proc/${pid}/cgroup`)]);
    programs.add(processName(stat));
    const { unit } = placementOf(cgroup);
    if (unit !== null) for (const name of unitNames(unit)) units.add(name);
  }
  const first = processName(await text('/proc/1/stat'));
  const enabled = first === '' || INITS.has(first) ? await enabledNames(machine) : new Set<string>();
  const starts = (unit: string): boolean => {
    const stem = unit.replace(/\.service$/, '');
    return ['service', 'socket', 'timer', 'path'].some((kind) => enabled.has(`${stem}.${kind}`));
  };
  return {
    program: (name) => !programs.has(name) && !enabled.has(name) && !starts(`${name}.service`),
    unit: (name, fragment) => /^\s*(?:WantedBy|RequiredBy)\s*=/m.test(fragment) && !units.has(name) && !starts(name),
  };
}

async function enabledNames(machine: Machine): Promise<Set<string>> {
  const names = async (directory: string): Promise<readonly string[]> => (await machine.names(directory)) ?? [];
  const found = new Set<string>();
  for (const directory of UNIT_LINKS) {
    for (const wants of (await names(directory)).filter((name) => /\.(?:wants|requires)$/.test(name)))
      for (const unit of await names(`${directory}/${wants}`)) for (const name of unitNames(unit)) found.add(name);
  }
  for (const level of LEVELS) for (const name of await names(level)) found.add(name.replace(/^S\d\d/, ''));
  return found;
}
