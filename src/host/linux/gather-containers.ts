import type { Machine } from '../../system/machine.ts';
import type { Container } from '../container.ts';
import { readDockerContainer } from '../docker.ts';
import { monitored, readPodmanContainers } from '../podman.ts';
import type { Running } from './gather-running.ts';
import { argumentsOf } from './process-text.ts';

const DOCKER = '/var/lib/docker/containers';
const PODMAN = '/var/lib/containers/storage';
const MAX_FILE = 1_048_576;

/** Containers, from the engines' own files: their APIs would be doors that are not ours to knock at. */
export async function gatherContainers(machine: Machine, { programs }: Running): Promise<Container[]> {
  const text = async (path: string): Promise<string> => {
    const read = await machine.read(path, MAX_FILE);
    return read.status === 'ok' ? read.text : '';
  };
  const [docker, podman] = [(await machine.names(DOCKER)) ?? [], (await machine.names(PODMAN)) ?? []];
  const found = await Promise.all([
    ...docker.map(async (name) => readDockerContainer(await text(`${DOCKER}/${name}/config.v2.json`)) ?? []),
    // One folder for each storage driver: `overlay-containers`.
    ...podman
      .filter((name) => name.endsWith('-containers'))
      .map(async (name) => readPodmanContainers(await text(`${PODMAN}/${name}/containers.json`))),
  ]);
  return withMonitored(found.flat(), await monitoredContainers(programs, text));
}

/** Podman's monitors name the container and its storage, wherever that is: the container is their child. */
async function monitoredContainers(
  programs: Running['programs'],
  text: (path: string) => Promise<string>,
): Promise<Container[]> {
  const found: Container[] = [];
  for (const { pid, name } of programs) {
    if (name !== 'conmon') continue;
    const container = monitored(argumentsOf(await text(`/proc/${pid}/cmdline`)));
    if (container === null) continue;
    const stored = readPodmanContainers(await text(container.list)).find(({ id }) => id === container.id);
    const first = programs.find(({ parent, name: child }) => parent === pid && child !== 'conmon');
    found.push({
      ...(stored ?? { addresses: [], published: [], composeFiles: [], image: '' }),
      id: container.id,
      name: container.name,
      pid: first?.pid ?? null,
    });
  }
  return found;
}

function withMonitored(known: readonly Container[], monitoredOnes: readonly Container[]): Container[] {
  const watched = new Set(monitoredOnes.map(({ id }) => id));
  return [...known.filter(({ id }) => !watched.has(id)), ...monitoredOnes];
}
