import type { Machine } from '../../system/machine.ts';
import { type DockerContainer, readDockerContainer } from '../docker.ts';

const CONTAINERS = '/var/lib/docker/containers';
const MAX_FILE = 1_048_576;

/** Running containers, from Docker's own files: its API would be a door that is not ours to knock at. */
export async function gatherDocker(machine: Machine): Promise<DockerContainer[]> {
  const names = (await machine.names(CONTAINERS)) ?? [];
  const read = await Promise.all(
    names.map(async (name) => {
      const file = await machine.read(`${CONTAINERS}/${name}/config.v2.json`, MAX_FILE);
      return file.status === 'ok' ? readDockerContainer(file.text) : null;
    }),
  );
  return read.filter((container) => container !== null);
}
