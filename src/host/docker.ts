import type { Container, Publication } from './container.ts';
import { parsedJson, record } from './json.ts';

/**
 * A container as Docker keeps it in /var/lib/docker/containers/<id>/config.v2.json; null for one that does not run, and for
 * text that is none. Source: moby/moby container/container.go.
 */
export function readDockerContainer(text: string): Container | null {
  const root = record(parsedJson(text));
  const state = record(root.State);
  const config = record(root.Config);
  const network = record(root.NetworkSettings);
  if (typeof root.ID !== 'string' || state.Running !== true || typeof state.Pid !== 'number') return null;
  const labels = record(config.Labels);
  const files = String(labels['com.docker.compose.project.config_files'] ?? '');
  return {
    id: root.ID,
    name: String(root.Name ?? '').replace(/^\//, ''),
    image: String(config.Image ?? ''),
    pid: state.Pid,
    addresses: Object.values(record(network.Networks)).flatMap((one) => {
      const { IPAddress: four, GlobalIPv6Address: six } = record(one);
      return [four, six].filter((address): address is string => typeof address === 'string' && address !== '');
    }),
    published: Object.entries(record(network.Ports)).flatMap(([port, places]) => publications(port, places)),
    composeFiles: files === '' ? [] : files.split(',').filter((path) => path.startsWith('/')),
  };
}

function publications(port: string, places: unknown): Publication[] {
  const containerPort = Number(/^(\d+)\/tcp$/.exec(port)?.[1]);
  if (!Number.isInteger(containerPort) || !Array.isArray(places)) return [];
  return places.flatMap((place): Publication[] => {
    const { HostIp: hostAddress, HostPort: hostPort } = record(place);
    const number = Number(hostPort);
    return Number.isInteger(number) && number > 0
      ? [{ hostAddress: String(hostAddress || '0.0.0.0'), hostPort: number, containerPort }]
      : [];
  });
}

/** The arguments of a docker-proxy. Source: moby/libnetwork cmd/docker-proxy. */
export function proxyPublication(
  argv: readonly string[],
): (Publication & { readonly containerAddress: string }) | null {
  const value = (flag: string): string | undefined => {
    const at = argv.indexOf(flag);
    return at < 0 ? argv.find((argument) => argument.startsWith(`${flag}=`))?.slice(flag.length + 1) : argv[at + 1];
  };
  const containerAddress = value('-container-ip');
  const [hostPort, containerPort] = [Number(value('-host-port')), Number(value('-container-port'))];
  if (containerAddress === undefined || !(hostPort > 0) || !(containerPort > 0)) return null;
  return { hostAddress: value('-host-ip') ?? '0.0.0.0', hostPort, containerPort, containerAddress };
}
