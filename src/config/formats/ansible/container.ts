import { portMapping } from '../../command/port-mapping.ts';
import { bareProcess } from '../../deployment/collector.ts';
import type { DeclaredProcess, ProcessNetwork, Publication, Variable } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { entries, get, oneOrMore, scalar, type YamlEntry, type YamlNode } from '../../yaml/node.ts';
import { templated } from './template.ts';

/** `community.docker.docker_container`, `containers.podman.podman_container`. */
export function containerProcess(
  id: string,
  { value: task, span }: YamlEntry,
  example: boolean,
): { readonly process: DeclaredProcess; readonly publications: readonly Publication[] } {
  const text = (key: string): Value | null => {
    const found = scalar(get(task, key));
    return found ? templated(found).value : null;
  };
  const name = text('name')?.text ?? text('image')?.text ?? 'container';
  const network = networkOf(task);
  const process: DeclaredProcess = {
    ...bareProcess(id, name, span),
    aliases: [name],
    image: text('image'),
    argv: get(task, 'entrypoint') ? [...words(get(task, 'entrypoint')), ...words(get(task, 'command'))] : null,
    args: get(task, 'entrypoint') || !get(task, 'command') ? null : words(get(task, 'command')),
    environment: environmentOf(get(task, 'env') ?? get(task, 'environment')),
    unseenEnvironment: oneOrMore(get(task, 'env_file')).map((node) => ({ name: null, span: node.span })),
    network,
    mounts: oneOrMore(get(task, 'volumes') ?? get(task, 'volume')).flatMap((node) => {
      const found = scalar(node);
      if (!found) return [];
      const spec = templated(found);
      const colon = spec.masked.indexOf(':');
      const source = colon === -1 ? spec.value : spec.slice(0, colon);
      return [{ source, target: null, readOnly: /:ro\b/.test(spec.text), span: found.span }];
    }),
    privileged: /^(yes|true)$/i.test(text('privileged')?.text ?? '')
      ? (scalar(get(task, 'privileged'))?.span ?? null)
      : null,
    user: text('user'),
    example,
  };
  const ports =
    network.kind === 'host'
      ? []
      : oneOrMore(get(task, 'published_ports') ?? get(task, 'ports') ?? get(task, 'publish'));
  const publications = ports.flatMap((node): Publication[] => {
    const found = scalar(node);
    if (!found || /^all$/i.test(found.text)) return [];
    const mapping = portMapping(templated(found));
    return [{ process: id, kind: 'port', gate: { state: 'off', kinds: [], because: [] }, tls: 'unknown', ...mapping }];
  });
  return { process, publications };
}

function networkOf(task: YamlNode): ProcessNetwork {
  const mode = scalar(get(task, 'network_mode')) ?? scalar(get(task, 'network'));
  if (mode?.text === 'host') return { kind: 'host', span: mode.span };
  if (mode?.text.includes('{{')) return { kind: 'unresolved', span: mode.span };
  const networks = oneOrMore(get(task, 'networks')).flatMap(
    (node) => scalar(get(node, 'name'))?.text ?? scalar(node)?.text ?? [],
  );
  return { kind: 'own', networks, internal: false };
}

function environmentOf(node: YamlNode | undefined): Variable[] {
  return entries(node).flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [{ name: key, value: templated(value).value }] : [],
  );
}

/** A list, or one line split at white space. */
function words(node: YamlNode | undefined): Value[] {
  return oneOrMore(node).flatMap((item) => {
    const found = scalar(item);
    if (!found) return [];
    const whole = templated(found);
    if (node?.kind === 'list') return [whole.value];
    return [...whole.masked.matchAll(/\S+/g)].map((match) => whole.slice(match.index, match.index + match[0].length));
  });
}
