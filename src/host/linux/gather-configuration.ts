import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { ConfigurationFile, ConfigurationRole } from '../configuration.ts';
import type { Container } from '../container.ts';
import { gatherIdle } from './idle.ts';
import { directiveValues, UNIT_DIRECTORIES, unitNames } from './unit-files.ts';

export interface GatheredConfiguration {
  readonly files: readonly ConfigurationFile[];
  readonly troubles: readonly Trouble[];
}

const MAX_FILE = 1_048_576;
/** A directory of settings with more files than this is something else. */
const MOST_FILES = 400;

/** Directories and files of services, and of the proxies in front of them with the name of their program and unit. */
const SERVICE_PLACES = ['/etc/ollama', '/etc/litellm', '/etc/open-webui', '/etc/jupyter'];
const PROXY_PLACES: readonly (readonly [string, string])[] = [
  ['/etc/nginx/nginx.conf', 'nginx'],
  ['/etc/nginx/conf.d', 'nginx'],
  ['/etc/nginx/sites-enabled', 'nginx'],
  ['/etc/nginx/snippets', 'nginx'],
  ['/etc/caddy/Caddyfile', 'caddy'],
  ['/etc/caddy/conf.d', 'caddy'],
  ['/etc/haproxy/haproxy.cfg', 'haproxy'],
  ['/etc/traefik', 'traefik'],
  ['/etc/apache2/sites-enabled', 'apache2'],
];

/** The files that say how this host's services are meant to run: units, drop-ins, environments, proxies, compose. */
export async function gatherConfiguration(
  machine: Machine,
  running: readonly string[],
  containers: readonly Container[],
): Promise<GatheredConfiguration> {
  const files = new Map<string, ConfigurationFile>();
  const troubles: Trouble[] = [];
  const idle = await gatherIdle(machine);
  const add = async (path: string, about: Pick<ConfigurationFile, 'role' | 'unit' | 'idle'>): Promise<string> => {
    const known = files.get(path);
    if (known) {
      // Several units may name one file: it is in effect as soon as one of them is.
      if (about.idle === null) files.set(path, { ...known, idle: null });
      return known.text ?? '';
    }
    const status = await machine.status(path);
    if (status?.kind !== 'file' || files.size >= MOST_FILES) return '';
    const read = await machine.read(path, MAX_FILE);
    const text = read.status === 'ok' ? read.text : null;
    if (read.status === 'failed') troubles.push({ kind: 'not-read', where: path, what: read.reason });
    files.set(path, { path, ...about, text, modified: status.modified });
    return text ?? '';
  };
  const addAll = async (place: string, role: ConfigurationRole, program: string | null): Promise<void> => {
    const about = { role, unit: null, idle: program !== null && idle.program(program) ? program : null };
    const names = await machine.names(place);
    if (names === null) await add(place, about);
    else for (const name of names.slice(0, MOST_FILES)) await add(`${place}/${name}`, about);
  };

  for (const unit of await unitsToRead(machine, running)) {
    const parts = await filesOfUnit(machine, unit);
    const fragment = await machine.read(parts.find(({ role }) => role === 'unit')?.path ?? '', MAX_FILE);
    const asleep = idle.unit(unit, fragment.status === 'ok' ? fragment.text : '') ? unit : null;
    for (const { path, role } of parts) {
      const text = await add(path, { role, unit, idle: asleep });
      for (const value of directiveValues(text, 'EnvironmentFile')) {
        const named = value.replace(/^-/, '').replace(/^"|"$/g, '');
        if (named.startsWith('/') && !/[*?%$]/.test(named))
          await add(named, { role: 'environment', unit, idle: asleep });
      }
    }
  }
  for (const place of SERVICE_PLACES) await addAll(place, 'service', null);
  for (const [place, program] of PROXY_PLACES) await addAll(place, 'proxy', program);
  for (const path of containers.flatMap(({ composeFiles }) => composeFiles))
    await add(path, { role: 'compose', unit: null, idle: null });
  return { files: [...files.values()], troubles };
}

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
