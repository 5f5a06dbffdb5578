import { bareProcess, type Collector } from '../../deployment/collector.ts';
import type { Mount, Variable } from '../../deployment/declarations.ts';
import { known, type Value } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import type { Block, Hcl } from './hcl.ts';
import type { Lookup } from './index.ts';

/**
 * Azure's container groups: one address for all containers, public unless told otherwise, with every port that a
 * container names unless the group names some (`exposed_port`). `commands` stand in the place of the entrypoint.
 * hashicorp/terraform-provider-azurerm@026ed4f internal/services/containers/container_group_resource.go; Azure
 * documentation, "Set the command line in a container instance".
 */
export function addContainerGroup(
  block: Block,
  hcl: Hcl,
  lookup: Lookup,
  { file, example }: { readonly file: string; readonly example: boolean },
  out: Collector,
): void {
  if (block.labels[0] !== 'azurerm_container_group') return;
  const label = block.labels[1] ?? 'group';
  const group = hcl.value(block.attributes.get('name'), lookup);
  const type = hcl.value(block.attributes.get('ip_address_type'), lookup);
  const exposed = portsOf(block, 'exposed_port', hcl, lookup);
  for (const [index, container] of block.blocks.filter((one) => one.type === 'container').entries()) {
    const id = `${file}#${label}.${index}`;
    const name = known(hcl.value(container.attributes.get('name'), lookup)) ?? label;
    const commands = container.attributes.get('commands');
    const argv = commands ? hcl.elements(commands).flatMap((one) => hcl.value(one, lookup) ?? []) : [];
    out.processes.push({
      ...bareProcess(id, name, container.span),
      aliases: [name, known(group) ?? '', label].filter((alias) => alias !== ''),
      image: hcl.value(container.attributes.get('image'), lookup),
      argv: argv.length > 0 ? argv : null,
      environment: ['environment_variables', 'secure_environment_variables'].flatMap((key) =>
        variablesOf(container, key, hcl, lookup),
      ),
      mounts: mountsOf(container, hcl, lookup),
      network: { kind: 'own', networks: [], internal: false },
      example,
    });
    if (/^(?:private|none)$/i.test(known(type) ?? '')) continue;
    for (const { port, protocol } of portsOf(container, 'ports', hcl, lookup)) {
      if (exposed.length > 0 && !exposed.some((one) => known(one.port) === known(port))) continue;
      const because = type?.kind === 'unresolved' ? [] : type ? [{ span: type.span, text: 'is a public address' }] : [];
      out.publications.push({
        process: id,
        kind: 'public-address',
        hostAddress: type?.kind === 'unresolved' ? type : null,
        hostPort: port,
        targetPort: port,
        protocol,
        span: port.span,
        loopbackEdit: null,
        gate: { ...OPEN, because },
        tls: 'unknown',
      });
    }
  }
}

/** Blocks, or a list of objects. */
function portsOf(
  block: Block,
  name: string,
  hcl: Hcl,
  lookup: Lookup,
): readonly { readonly port: Value; readonly protocol: 'tcp' | 'udp' }[] {
  const list = block.attributes.get(name);
  const members = [
    ...block.blocks.filter(({ type }) => type === name).map(({ attributes }) => attributes),
    ...(list ? hcl.elements(list).map((one) => hcl.object(one)) : []),
  ];
  return members.flatMap((attributes) => {
    const port = hcl.value(attributes.get('port'), lookup);
    const protocol = /^udp$/i.test(known(hcl.value(attributes.get('protocol'), lookup)) ?? '') ? 'udp' : 'tcp';
    return port ? [{ port, protocol }] : [];
  });
}

function variablesOf(container: Block, key: string, hcl: Hcl, lookup: Lookup): readonly Variable[] {
  const stretch = container.attributes.get(key);
  return [...(stretch ? hcl.object(stretch) : [])].flatMap(([name, one]) => {
    const value = hcl.value(one, lookup);
    return value ? [{ name, value }] : [];
  });
}

function mountsOf(container: Block, hcl: Hcl, lookup: Lookup): readonly Mount[] {
  return container.blocks.flatMap(({ type, attributes }): readonly Mount[] => {
    if (type !== 'volume') return [];
    const at = (name: string) => hcl.value(attributes.get(name), lookup);
    const source = at('share_name') ?? at('name');
    return source
      ? [{ source, target: at('mount_path'), readOnly: known(at('read_only')) === 'true', span: source.span }]
      : [];
  });
}
