import type { DeclaredMode, DeclaredProcess, Mount, Publication } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import { entry, get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import type { ReadContext } from '../format.ts';
import { environmentOf } from './environment.ts';
import type { KubernetesObject, Values } from './objects.ts';
import { containersOf, type PodTemplate, processId } from './pod.ts';

/** The containers of a pod as processes. */
export function processesOf(
  pod: PodTemplate,
  objects: readonly KubernetesObject[],
  values: Values,
  context: ReadContext,
): readonly DeclaredProcess[] {
  const hostNetwork = entry(pod.spec, 'hostNetwork');
  const onHost = scalar(hostNetwork?.value)?.value === true;
  return containersOf(pod).map((container): DeclaredProcess => {
    const name = scalar(get(container, 'name'));
    const environment = environmentOf(container, objects, values);
    const argv = list(get(container, 'command'), values);
    const args = list(get(container, 'args'), values);
    const privileged = entry(get(container, 'securityContext'), 'privileged');
    return {
      id: processId(pod, container),
      name: name?.text ?? pod.owner.name,
      aliases: [pod.owner.name],
      span: name?.span ?? container.span,
      image: one(get(container, 'image'), values),
      build: null,
      argv: argv.length > 0 ? [...argv, ...args] : null,
      args: argv.length > 0 || args.length === 0 ? null : args,
      environment: environment.variables,
      unseenEnvironment: environment.unseen,
      network:
        onHost && hostNetwork
          ? { kind: 'host', span: hostNetwork.span }
          : { kind: 'own', networks: [`cluster#${pod.owner.namespace}`], internal: false },
      mounts: mountsOf(pod, container, values),
      listeners: [],
      optional: pod.optional,
      example: context.example,
      privileged: scalar(privileged?.value)?.value === true ? (privileged?.span ?? null) : null,
      user: one(get(container, 'securityContext', 'runAsUser'), values),
      directory: one(get(container, 'workingDir'), values)?.text,
    };
  });
}

function one(node: YamlNode | undefined, values: Values): Value | null {
  const found = scalar(node);
  return found ? values(found) : null;
}

function list(node: YamlNode | undefined, values: Values): readonly Value[] {
  return items(node).flatMap((item) => (item.kind === 'scalar' ? [values(item)] : []));
}

/** `hostPort` of a container: a port of every node that runs it. */
export function hostPorts(pod: PodTemplate, values: Values): readonly Publication[] {
  return containersOf(pod).flatMap((container) =>
    items(get(container, 'ports')).flatMap((port): readonly Publication[] => {
      const hostPort = entry(port, 'hostPort');
      const number = scalar(hostPort?.value);
      if (!hostPort || !number) return [];
      return [
        {
          process: processId(pod, container),
          kind: 'host-port',
          hostAddress: one(get(port, 'hostIP'), values),
          hostPort: values(number),
          targetPort: one(get(port, 'containerPort'), values),
          protocol: scalar(get(port, 'protocol'))?.text === 'UDP' ? 'udp' : 'tcp',
          span: hostPort.span,
          loopbackEdit: null,
          gate: OPEN,
          tls: 'unknown',
        },
      ];
    }),
  );
}

function mountsOf({ spec }: PodTemplate, container: YamlNode, values: Values): readonly Mount[] {
  const volumes = items(get(spec, 'volumes'));
  return items(get(container, 'volumeMounts')).flatMap((mount): readonly Mount[] => {
    const name = scalar(get(mount, 'name'))?.text;
    const volume = volumes.find((candidate) => scalar(get(candidate, 'name'))?.text === name);
    const path = scalar(get(volume, 'hostPath', 'path'));
    if (!path) return [];
    return [
      {
        source: values(path),
        target: one(get(mount, 'mountPath'), values),
        readOnly: scalar(get(mount, 'readOnly'))?.value === true,
        span: path.span,
      },
    ];
  });
}

/** Modes that Secret volumes give to their files; the default of 0644 is not told where nobody wrote it. */
export function secretModes({ spec }: PodTemplate, values: Values): readonly DeclaredMode[] {
  return items(get(spec, 'volumes')).flatMap((volume): readonly DeclaredMode[] => {
    const projected = get(volume, 'projected');
    const sources = [
      { secret: get(volume, 'secret'), outer: get(volume, 'secret') },
      ...items(get(projected, 'sources')).map((source) => ({ secret: get(source, 'secret'), outer: projected })),
    ];
    return sources.flatMap(({ secret, outer }) => {
      const name = scalar(get(secret, 'secretName')) ?? scalar(get(secret, 'name')) ?? scalar(get(volume, 'name'));
      if (!secret || !name) return [];
      const whole = modeOf(outer ?? secret, 'defaultMode', name, name.text, values);
      const single = items(get(secret, 'items')).flatMap((item) => {
        const key = scalar(get(item, 'key'));
        return key ? modeOf(item, 'mode', scalar(get(item, 'path')) ?? key, `${name.text}/${key.text}`, values) : [];
      });
      return [...whole, ...single];
    });
  });
}

function modeOf(
  node: YamlNode,
  field: string,
  path: YamlScalar,
  about: string,
  values: Values,
): readonly DeclaredMode[] {
  const written = entry(node, field);
  const mode = scalar(written?.value);
  if (!written || !mode) return [];
  return [
    {
      path: values(path),
      bits: kubernetesBits(mode),
      mode: values(mode),
      owner: null,
      group: null,
      holds: /tls|key|cert|ssh/i.test(about) ? 'private-key' : 'secret',
      rewrite: (bits) => `0${bits.toString(8)}`,
      span: written.span,
    },
  ];
}

/** `0644` is octal for kubectl (YAML 1.1), `0o644` too; a number without a leading zero is decimal: 420 is 0644 and 644 is 01204. */
function kubernetesBits({ text, style }: YamlScalar): number | null {
  if (style === 'quoted') return null;
  if (/^0o?[0-7]{1,4}$/.test(text)) return Number.parseInt(text.replace('o', ''), 8);
  return /^\d{1,4}$/.test(text) ? Number(text) & 0o777 : null;
}
