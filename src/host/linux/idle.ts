import type { Machine } from '../../system/machine.ts';
import type { Running } from './gather-running.ts';
import { unitNames } from './unit-files.ts';

/** What starts with this host, and what neither runs nor does. */
export interface Idle {
  /** Whether something starts a program of this name. */
  enabled(program: string): boolean;
  /** `text`: of its fragment. A unit that cannot be enabled is started by others, so it is never called idle. */
  unit(name: string, text: string): boolean;
}

/** What starts enabled units. In a container another program is the first, and links to units start nothing. */
const INITS = new Set(['systemd', 'init', 'openrc-init', 'runit', 's6-svscan', 'dinit']);

/** Where a link enables a program. Sources: systemd.unit(5), update-rc.d(8), rc-update(8). */
const LEVELS = ['/etc/rc2.d', '/etc/rc3.d', '/etc/rc5.d', '/etc/runlevels/default'] as const;
const UNIT_LINKS = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'] as const;

/** Where no process is to be seen, nothing is called idle. */
export async function gatherIdle(machine: Machine, { seen, programs }: Running): Promise<Idle> {
  if (!seen) return { enabled: () => false, unit: () => false };
  const units = new Set(programs.flatMap(({ unit }) => (unit === null ? [] : unitNames(unit))));
  const first = programs.find(({ pid }) => pid === 1)?.name;
  const enabled = first === undefined || INITS.has(first) ? await enabledNames(machine) : new Set<string>();
  const starts = (unit: string): boolean => {
    const stem = unit.replace(/\.service$/, '');
    return ['service', 'socket', 'timer', 'path'].some((kind) => enabled.has(`${stem}.${kind}`));
  };
  return {
    enabled: (name) => enabled.has(name) || starts(`${name}.service`),
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
