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

/** A container that a conmon watches over. */
export interface Monitored {
  readonly id: string;
  readonly name: string;
  /** The list of the storage that it is kept in. */
  readonly list: string;
}

/** By the arguments of its monitor; null for another's. Source: containers/podman libpod/oci_conmon_common.go (createOCIContainer). */
export function monitored(argv: readonly string[]): Monitored | null {
  const after = (option: string): string => (argv.includes(option) ? (argv[argv.indexOf(option) + 1] ?? '') : '');
  const [, list] = /^(\/.+\/[\w-]+-containers)\/[^/]+\/userdata$/.exec(after('-b')) ?? [];
  const id = after('-c');
  return list === undefined || !/^[0-9a-f]{64}$/.test(id)
    ? null
    : { id, name: after('-n'), list: `${list}/containers.json` };
}

/**
 * The port inside that pasta passes a port on to: `-t [address/]8080-8081:80-81`. Null: none. Source: containers/common
 * libnetwork/pasta/pasta_linux.go createPastaArgs, passt(1).
 */
export function pastaTarget(argv: readonly string[], port: number): number | null {
  for (const [i, word] of argv.entries()) {
    if (word !== '-t' && word !== '--tcp-ports') continue;
    const ranges = /(?:^|\/)(\d+)(?:-(\d+))?(?::(\d+)(?:-\d+)?)?$/.exec(argv[i + 1] ?? '');
    if (!ranges) continue;
    const [first, last, inside] = [Number(ranges[1]), Number(ranges[2] ?? ranges[1]), Number(ranges[3] ?? ranges[1])];
    if (first <= port && port <= last) return inside + port - first;
  }
  return null;
}
