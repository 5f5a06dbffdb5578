import type { Machine } from '../../system/machine.ts';
import type { Container } from '../container.ts';
import { readDockerContainer } from '../docker.ts';
import { readPodmanContainers } from '../podman.ts';

const DOCKER = '/var/lib/docker/containers';
const PODMAN = '/var/lib/containers/storage';
const MAX_FILE = 1_048_576;

/** Containers, from the engines' own files: their APIs would be doors that are not ours to knock at. */
export async function gatherContainers(machine: Machine): Promise<Container[]> {
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
  return found.flat();
}
