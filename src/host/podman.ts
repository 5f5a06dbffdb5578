import type { Container } from './container.ts';
import { parsedJson, record } from './json.ts';

/**
 * Containers as Podman's storage lists them in `<driver>-containers/containers.json`. Ports, labels and addresses are in its
 * database only. Source: containers/storage containers.go (Container), containers/podman libpod/storage.go
 * (RuntimeContainerMetadata).
 */
export function readPodmanContainers(text: string): Container[] {
  const list = parsedJson(text);
  return (Array.isArray(list) ? list : []).flatMap((one: unknown): Container[] => {
    const { id, names, metadata } = record(one);
    if (typeof id !== 'string') return [];
    const image = record(parsedJson(String(metadata)))['image-name'];
    return [
      {
        id,
        name: Array.isArray(names) ? String(names[0] ?? '') : '',
        image: typeof image === 'string' ? image : '',
        pid: null,
        addresses: [],
        published: [],
        composeFiles: [],
      },
    ];
  });
}
