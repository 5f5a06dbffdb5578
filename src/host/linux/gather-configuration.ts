import type { Trouble } from '../../model/result.ts';
import type { Machine } from '../../system/machine.ts';
import type { ConfigurationFile } from '../configuration.ts';
import type { Container } from '../container.ts';
import { CollectedFiles } from './collected-files.ts';
import { gatherProxyFiles } from './gather-proxy-files.ts';
import type { Running } from './gather-running.ts';
import { gatherUnitFiles } from './gather-unit-files.ts';
import { gatherIdle } from './idle.ts';

export interface GatheredConfiguration {
  readonly files: readonly ConfigurationFile[];
  readonly troubles: readonly Trouble[];
}

const SERVICE_PLACES = ['/etc/ollama', '/etc/litellm', '/etc/open-webui', '/etc/jupyter'];

/** The files that say how this host's services are meant to run: units, drop-ins, environments, proxies, compose. */
export async function gatherConfiguration(
  machine: Machine,
  running: Running,
  units: readonly string[],
  containers: readonly Container[],
): Promise<GatheredConfiguration> {
  const found = new CollectedFiles(machine);
  const idle = await gatherIdle(machine, running);
  await gatherUnitFiles(machine, units, idle, found);
  const inEffect = { unit: null, idle: null, base: null };
  for (const place of SERVICE_PLACES)
    for (const path of await found.filesAt(place)) await found.add(path, { ...inEffect, role: 'service' });
  await gatherProxyFiles(machine, running, idle, found);
  for (const path of containers.flatMap(({ composeFiles }) => composeFiles))
    await found.add(path, { ...inEffect, role: 'compose' });
  return { files: found.files, troubles: found.troubles };
}
