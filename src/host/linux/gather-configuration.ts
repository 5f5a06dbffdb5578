import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { ConfigurationFile, ConfigurationRole } from '../configuration.ts';
import type { Container } from '../container.ts';
import { directiveValues, UNIT_DIRECTORIES, unitNames } from './unit-files.ts';

export interface GatheredConfiguration {
  readonly files: readonly ConfigurationFile[];
  readonly troubles: readonly Trouble[];
}

const MAX_FILE = 1_048_576;
/** A directory of settings with more files than this is something else. */
const MOST_FILES = 400;

/** Directories and files of services and of the proxies in front of them. */
const PLACES: readonly (readonly [string, ConfigurationRole])[] = [
  ['/etc/ollama', 'service'],
  ['/etc/litellm', 'service'],
  ['/etc/open-webui', 'service'],
  ['/etc/jupyter', 'service'],
  ['/etc/nginx/nginx.conf', 'proxy'],
  ['/etc/nginx/conf.d', 'proxy'],
  ['/etc/nginx/sites-enabled', 'proxy'],
  ['/etc/nginx/snippets', 'proxy'],
  ['/etc/caddy/Caddyfile', 'proxy'],
  ['/etc/caddy/conf.d', 'proxy'],
  ['/etc/haproxy/haproxy.cfg', 'proxy'],
  ['/etc/traefik', 'proxy'],
  ['/etc/apache2/sites-enabled', 'proxy'],
];

/** The files that say how this host's services are meant to run: units, drop-ins, environments, proxies, compose. */
export async function gatherConfiguration(
  machine: Machine,
  running: readonly string[],
  containers: readonly Container[],
): Promise<GatheredConfiguration> {
  const files = new Map<string, ConfigurationFile>();
  const troubles: Trouble[] = [];
  const add = async (path: string, role: ConfigurationRole, unit: string | null): Promise<string | null> => {
    const known = files.get(path);
    if (known) return known.text;
    const status = await machine.status(path);
    if (status?.kind !== 'file' || files.size >= MOST_FILES) return null;
    const read = await machine.read(path, MAX_FILE);
    const text = read.status === 'ok' ? read.text : null;
    if (read.status === 'failed') troubles.push({ kind: 'not-read', where: path, what: read.reason });
    files.set(path, { path, role, unit, text, modified: status.modified });
    return text;
  };

  for (const unit of await unitsToRead(machine, running)) {
    for (const { path, role } of await filesOfUnit(machine, unit)) {
      const text = await add(path, role, unit);
      for (const value of directiveValues(text ?? '', 'EnvironmentFile')) {
        const named = value.replace(/^-/, '').replace(/^"|"$/g, '');
        if (named.startsWith('/') && !/[*?%$]/.test(named)) await add(named, 'environment', unit);
      }
    }
  }
  for (const [place, role] of PLACES) {
    const names = await machine.names(place);
    if (names === null) await add(place, role, null);
    else for (const name of names.slice(0, MOST_FILES)) await add(`${place}/${name}`, role, null);
  }
  for (const path of containers.flatMap(({ composeFiles }) => composeFiles)) await add(path, 'compose', null);
  return { files: [...files.values()], troubles };
}

/** Units that run here, and those that somebody wrote or changed on this host: they run after the next start. */
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
