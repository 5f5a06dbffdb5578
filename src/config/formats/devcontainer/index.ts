import { networkOf, runOptions } from '../../command/container-run.ts';
import { portMapping } from '../../command/port-mapping.ts';
import { bareProcess, Collector } from '../../deployment/collector.ts';
import { unresolved, type Value, written } from '../../deployment/value.ts';
import { readJson } from '../../json/read-json.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import { embeddedScalar } from '../../yaml/embedded.ts';
import { entries, get, items, oneOrMore, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import type { ConfigFormat } from '../format.ts';

/** Development containers: `forwardPorts` stays on the developer's loopback, `appPort` and `runArgs` publish. */
export const devcontainer: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readJson(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const root = documents[0] ?? undefined;
    if (root?.kind !== 'map') return out.declarations;
    const id = `${source.file}#devcontainer`;
    const image = scalar(get(root, 'image'));
    const file = scalar(get(root, 'build', 'dockerfile')) ?? scalar(get(root, 'dockerFile'));
    const folder = scalar(get(root, 'build', 'context'));
    const span = image?.span ?? file?.span ?? source.span(root.span.start, root.span.start);
    const extra = items(get(root, 'runArgs')).flatMap((item) =>
      item.kind === 'scalar' ? [ExpandedText.of(value(item))] : [],
    );
    const run = runOptions([...extra, ExpandedText.written('', span)]);
    const environment = ['containerEnv', 'remoteEnv'].flatMap((key) =>
      entries(get(root, key)).flatMap(({ key: name, value: node }) =>
        node.kind === 'scalar' ? [{ name, value: value(node) }] : [],
      ),
    );
    if (!get(root, 'dockerComposeFile') && (image || file)) {
      out.processes.push({
        ...bareProcess(id, scalar(get(root, 'name'))?.text ?? 'devcontainer', span),
        image: image ? value(image) : null,
        build: file
          ? { context: folder ? value(folder) : written('.', file.span), dockerfile: value(file), target: null }
          : null,
        // The image's own command is replaced by a shell that waits, unless the file says otherwise.
        argv: isFalse(get(root, 'overrideCommand')) ? null : [{ kind: 'default', text: '/bin/sh', span, via: [] }],
        environment,
        network: run ? networkOf(run) : { kind: 'own', networks: [], internal: false },
        mounts: run?.mounts ?? [],
        privileged: run?.privileged?.value.span ?? null,
        example: context.example,
      });
    }
    const ports = [
      ...oneOrMore(get(root, 'appPort'))
        .flatMap((node) => scalar(node) ?? [])
        .map((node) => ({ spec: ExpandedText.of(value(node)), local: typeof node.value === 'number' })),
      ...(run?.ports ?? []).map((spec) => ({ spec, local: false })),
    ];
    for (const { spec, local } of out.processes.length > 0 ? ports : []) {
      const mapping = portMapping(spec);
      const gate = { state: 'off', kinds: [], because: [] } as const;
      const loopback: Value = { kind: 'default', text: '127.0.0.1', span: mapping.span, via: [] };
      // A number is published on loopback, a text as `docker run -p` takes it (devcontainers/cli, src/spec-node/singleContainer.ts).
      const place = local ? { hostAddress: loopback, hostPort: mapping.targetPort, loopbackEdit: null } : {};
      out.publications.push({ process: id, kind: 'port', gate, tls: 'unknown', ...mapping, ...place });
    }
    for (const key of [
      'onCreateCommand',
      'updateContentCommand',
      'postCreateCommand',
      'postStartCommand',
      'postAttachCommand',
    ]) {
      const node = get(root, key);
      const lines = node?.kind === 'map' ? node.entries.map((one) => one.value) : [node];
      for (const line of lines.flatMap((one) => scalar(one) ?? [])) {
        const inner = await context.nested('shell', embeddedScalar(source, line, null));
        // They run in the container, whose ports nobody reaches unless they are published.
        out.add({ ...inner, processes: [], publications: [] });
      }
    }
    return out.declarations;
  },
};

/** `${localEnv:X}` is the developer's own. */
function value(node: YamlScalar): Value {
  return /\$\{(localEnv|containerEnv|env):/.test(node.text)
    ? unresolved(node.text, node.span, 'is set on the developer’s machine')
    : written(node.text, node.span);
}

function isFalse(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === false;
}
