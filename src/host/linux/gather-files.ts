import type { AgeDrift } from '../../model/drift.ts';
import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { ConfigurationFile } from '../configuration.ts';
import type { Container } from '../container.ts';
import { composeReferences } from '../keys/compose-references.ts';
import { type FoundKeyFile, gatherKeyFiles, type OwnDirectory } from '../keys/gather-key-files.ts';
import { gatherRenewals, type Renewal } from '../keys/gather-renewal.ts';
import { type KeyReference, keyReferences, webRoots } from '../keys/key-references.ts';
import type { ObservedListener } from '../observed.ts';
import { gatherConfiguration } from './gather-configuration.ts';
import type { Running } from './gather-running.ts';

export interface GatheredFiles {
  readonly configuration: readonly ConfigurationFile[];
  readonly keyFiles: readonly FoundKeyFile[];
  readonly renewals: readonly Renewal[];
  readonly ages: readonly AgeDrift[];
  readonly troubles: readonly Trouble[];
}

const MAX_FILE = 1_048_576;

/** The files behind what listens: how it is configured, and the keys it has. */
export async function gatherFiles(
  machine: Machine,
  running: Running,
  listeners: readonly ObservedListener[],
  containers: readonly Container[],
): Promise<GatheredFiles> {
  const units = [...new Set(listeners.flatMap(({ process: holder }) => holder?.unit ?? []))];
  const { files, troubles } = await gatherConfiguration(machine, running, units, containers);
  const ai = listeners.filter(({ recognised }) => recognised !== null);
  const homes = await homesOf(machine, ai);
  const directories = await workingDirectories(machine, ai);
  const told = ai.flatMap(({ settings, process: holder }): KeyReference[] =>
    (settings?.keyFiles ?? [])
      .filter(({ by }) => /key/i.test(by))
      .map(({ path, by }) => ({
        path,
        kind: 'private-key',
        namedBy: by,
        idle: null,
        certificate: settings?.keyFiles.find((other) => /cert/i.test(other.by))?.path ?? null,
        ...(holder?.user ? { user: holder.user } : {}),
      })),
  );
  const composed = await Promise.all(files.filter(({ role }) => role === 'compose').map(composeReferences));
  const named = [...files.flatMap(keyReferences).map((one) => readBy(one, listeners)), ...composed.flat()];
  // The first that names a key is the one that is shown, and knows its certificate.
  const references = [
    ...told,
    ...named.filter(({ idle }) => idle === null),
    ...named.filter(({ idle }) => idle !== null),
  ];
  return {
    configuration: files,
    keyFiles: await gatherKeyFiles(machine, references, homes, directories, webRoots(files)),
    renewals: await gatherRenewals(machine, ['/root', ...homes.map(({ directory }) => directory)]),
    ages: agesOf(ai, files),
    troubles,
  };
}

/** Proxies without a master of root read keys as the account that they run as; the others before they give root up. */
function readBy(reference: KeyReference, listeners: readonly ObservedListener[]): KeyReference {
  const program = /^(?:Caddy|Traefik)\b/.exec(reference.namedBy)?.[0].toLowerCase();
  const user = listeners.find(({ process: holder }) => holder?.name === program)?.process?.user;
  return program === undefined || !user ? reference : { ...reference, user };
}

/** Each AI service and the files of its unit. */
function agesOf(ai: readonly ObservedListener[], files: readonly ConfigurationFile[]): AgeDrift[] {
  const seen = new Map<string, AgeDrift>();
  for (const { process: holder, recognised } of ai) {
    if (!holder?.unit || !recognised) continue;
    const { name } = recognised;
    for (const { path, modified, unit } of files) {
      if (unit !== holder.unit) continue;
      const changedAt = new Date(modified).toISOString();
      seen.set(`${unit}\n${path}`, {
        kind: 'age',
        service: name,
        process: unit,
        startedAt: holder.startedAt,
        file: path,
        changedAt,
      });
    }
  }
  return [...seen.values()];
}

async function homesOf(machine: Machine, ai: readonly ObservedListener[]): Promise<OwnDirectory[]> {
  const users = new Set(ai.flatMap(({ process: holder }) => holder?.user ?? []));
  const passwd = await machine.read('/etc/passwd', MAX_FILE);
  const rows = passwd.status === 'ok' ? passwd.text.split('\n').map((line) => line.split(':')) : [];
  const homes = rows.flatMap(([name = '', , , , , home = '']) =>
    users.has(name) && home.startsWith('/') ? [{ directory: home, user: name }] : [],
  );
  return distinct(homes).filter(({ directory }) => directory !== '/nonexistent');
}

async function workingDirectories(machine: Machine, ai: readonly ObservedListener[]): Promise<OwnDirectory[]> {
  const found = await Promise.all(
    ai.map(async ({ process: holder }): Promise<OwnDirectory[]> => {
      const directory = holder === null || holder.container ? null : await machine.link(`/proc/${holder.pid}/cwd`);
      return directory === null ? [] : [{ directory, user: holder?.user ?? null }];
    }),
  );
  return distinct(found.flat());
}

/** Each directory and account once, sorted; the root is nobody's own. */
function distinct(directories: readonly OwnDirectory[]): OwnDirectory[] {
  const byBoth = new Map(directories.map((one) => [`${one.directory}\n${one.user}`, one]));
  return [...byBoth]
    .filter(([, { directory }]) => directory !== '/')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}
