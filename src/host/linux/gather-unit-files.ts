import type { Machine } from '../../system/machine.ts';
import type { ConfigurationRole } from '../configuration.ts';
import type { CollectedFiles } from './collected-files.ts';
import type { Idle } from './idle.ts';
import { directiveValues, UNIT_DIRECTORIES, unitNames } from './unit-files.ts';

/** The fragments and drop-ins of units that run or that somebody wrote, and the environments that they name. */
export async function gatherUnitFiles(
  machine: Machine,
  running: readonly string[],
  idle: Idle,
  found: CollectedFiles,
): Promise<void> {
  for (const unit of await unitsToRead(machine, running)) {
    const parts = await filesOfUnit(machine, unit);
    const fragment = await machine.read(parts.find(({ role }) => role === 'unit')?.path ?? '', MAX_FRAGMENT);
    const asleep = idle.unit(unit, fragment.status === 'ok' ? fragment.text : '')
      ? `${unit} neither runs nor starts with this host`
      : null;
    const about = { unit, idle: asleep, base: null };
    for (const { path, role } of parts) {
      const text = await found.add(path, { ...about, role });
      for (const value of directiveValues(text, 'EnvironmentFile')) {
        const named = value.replace(/^-/, '').replace(/^"|"$/g, '');
        if (named.startsWith('/') && !/[*?%$]/.test(named)) await found.add(named, { ...about, role: 'environment' });
      }
    }
  }
}

const MAX_FRAGMENT = 1_048_576;

/** Units that run here, and those that somebody wrote or changed on this host: they may run after the next start. */
async function unitsToRead(machine: Machine, running: readonly string[]): Promise<string[]> {
  const own = (await machine.names('/etc/systemd/system')) ?? [];
  const written = own.filter((name) => /\.service(?:\.d)?$/.test(name)).map((name) => name.replace(/\.d$/, ''));
  return [...new Set([...running, ...written])].sort();
}

async function filesOfUnit(
  machine: Machine,
  unit: string,
): Promise<{ readonly path: string; readonly role: ConfigurationRole }[]> {
  const found: { path: string; role: ConfigurationRole }[] = [];
  const names = unitNames(unit);
  const fragments = names.flatMap((name) => UNIT_DIRECTORIES.map((directory) => `${directory}/${name}`));
  for (const path of fragments) {
    if ((await machine.status(path))?.kind !== 'file') continue;
    found.push({ path, role: 'unit' });
    break;
  }
  for (const directory of names.flatMap((name) => UNIT_DIRECTORIES.map((one) => `${one}/${name}.d`))) {
    const inside = ((await machine.names(directory)) ?? []).filter((name) => name.endsWith('.conf'));
    found.push(...inside.map((name) => ({ path: `${directory}/${name}`, role: 'drop-in' as const })));
  }
  // /lib is /usr/lib on most systems: the same file under two names.
  const real = new Map<string, (typeof found)[number]>();
  for (const one of found) {
    const target = (await machine.real(one.path)) ?? one.path;
    if (!real.has(target)) real.set(target, one);
  }
  return [...real.values()];
}
