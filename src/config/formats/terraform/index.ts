import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { Mount, Variable } from '../../deployment/declarations.ts';
import type { ExpandedText } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { fileBits } from '../shell/mode-bits.ts';
import { addCluster } from './cluster.ts';
import { addContainerGroup } from './container-groups.ts';
import type { Stretch } from './expressions.ts';
import { type Block, Hcl } from './hcl.ts';
import { behindGroups, type Machine } from './machines.ts';
import { type Opening, worldOpenings } from './openings.ts';

/** Terraform and OpenTofu: what security groups let in, what machines run at their first start, files and containers. */
export const terraform: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const hcl = /\.json$/i.test(context.name ?? source.file)
      ? (await import('./json.ts')).readTerraformJson(source)
      : new Hcl(source);
    out.troubles.push(...hcl.troubles);
    const lookup = lookupIn(hcl);
    const all = hcl.root.blocks.filter(({ type }) => /^(resource|provider|module|data)$/.test(type));
    const blocks = all.slice(0, MOST_BLOCKS);
    const [beyond] = all.slice(MOST_BLOCKS);
    if (beyond) out.trouble(beyond.span, `more than ${MOST_BLOCKS} resources; this and what follows is not read`);
    const machines: Machine[] = [];
    for (const block of blocks) {
      const [processes, publications] = [out.processes.length, out.publications.length];
      await addStart(block, hcl, source, context, out);
      machines.push({
        block,
        processes: [processes, out.processes.length],
        publications: [publications, out.publications.length],
      });
      addFile(block, hcl, lookup, out);
      addContainer(block, hcl, lookup, source.file, context.example, out);
      addContainerGroup(block, hcl, lookup, { file: source.file, example: context.example }, out);
      await addHelm(block, hcl, source, context, out);
      addProvider(block, hcl, out);
    }
    if (source.text.includes('kubernetes_')) addCluster(blocks, hcl, lookup, context, out);
    const openings = worldOpenings(blocks, hcl, lookup);
    const led = behindGroups(machines, blocks, openings, hcl, out);
    addOpenings(
      openings.filter(({ block }) => !led.has(block)),
      source.file,
      context.example,
      out,
    );
    return out.declarations;
  },
};

export type Lookup = (name: string) => Stretch | undefined;

const MOST_BLOCKS = 20_000;

/** Defaults of `variable` blocks and members of `locals`. */
function lookupIn(hcl: Hcl): Lookup {
  const found = new Map<string, Stretch>();
  for (const block of hcl.root.blocks) {
    const fallback = block.attributes.get('default');
    if (block.type === 'variable' && fallback) found.set(`var.${block.labels[0]}`, fallback);
    if (block.type === 'locals') for (const [name, stretch] of block.attributes) found.set(`local.${name}`, stretch);
  }
  return (name) => found.get(name);
}

const START =
  /^(user_data|user_data_base64|startup_script|metadata_startup_script|custom_data|startup-script|user-data|cloud_init)$/;

/** Scripts and cloud-init files that a machine is started with. */
async function addStart(
  block: Block,
  hcl: Hcl,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  const metadata = block.attributes.get('metadata');
  const profile = block.blocks.find(({ type }) => type === 'os_profile');
  const given = [...block.attributes, ...(metadata ? hcl.object(metadata) : []), ...(profile?.attributes ?? [])];
  const members = given.filter(([name]) => START.test(name));
  for (const [, stretch] of members) {
    const text = heredocIn(hcl, stretch);
    if (!text) continue;
    const format = text.text.startsWith('#cloud-config') ? 'cloud-init' : 'shell';
    // `$${X}` is how a template says `${X}`.
    const embedded = {
      source,
      text: text.text.replaceAll('$${', ' ${'),
      offsets: (inner: number) => text.offset(inner),
      name: 'user_data',
      variables: [],
    };
    out.add({ ...(await context.nested(format, embedded)), troubles: [] });
  }
}

/** A heredoc or string, also inside of `base64encode(…)`. */
function heredocIn(hcl: Hcl, { from, to }: Stretch): ExpandedText | null {
  const written = hcl.source.text.slice(from, to);
  const wrapped = /^(?:base64encode|base64gzip|trimspace|join)\(\s*/.exec(written)?.[0].length ?? 0;
  const end = wrapped > 0 ? written.trimEnd().replace(/\)$/, '').trimEnd().length : written.trimEnd().length;
  return hcl.text({ from: from + wrapped, to: from + end });
}

function addFile(block: Block, hcl: Hcl, lookup: Lookup, out: Collector): void {
  const [kind = ''] = block.labels;
  if (!/^(local_file|local_sensitive_file)$/.test(kind)) return;
  const path = hcl.value(block.attributes.get('filename'), lookup);
  const mode = hcl.value(block.attributes.get('file_permission'), lookup);
  const content = block.attributes.get('content') ?? block.attributes.get('sensitive_content');
  if (!path) return;
  const holdsKey =
    content !== undefined && /(?<!tls_)private_key/.test(hcl.source.text.slice(content.from, content.to));
  // Defaults of hashicorp/local: 0777 for a file, 0700 for a sensitive one, both before the umask.
  const fallback = kind === 'local_file' ? '0777' : '0700';
  const value = mode ?? ({ kind: 'default', text: fallback, span: path.span, via: [] } as const);
  if (!mode && !holdsKey) return;
  out.modes.push({
    path,
    bits: value.kind === 'unresolved' ? null : (fileBits(value.text) ?? 0) & (mode ? 0o7777 : 0o755),
    mode: value,
    owner: null,
    group: null,
    holds: holdsKey ? 'private-key' : null,
    rewrite: mode?.kind === 'explicit' ? (bits) => `0${bits.toString(8)}` : null,
    span: value.span,
  });
}

function addContainer(block: Block, hcl: Hcl, lookup: Lookup, file: string, example: boolean, out: Collector): void {
  if (block.labels[0] !== 'docker_container') return;
  const id = `${file}#${block.labels[1] ?? 'container'}`;
  const name = hcl.value(block.attributes.get('name'), lookup);
  const mode = hcl.value(block.attributes.get('network_mode'), lookup);
  const list = (key: string) => {
    const stretch = block.attributes.get(key);
    return stretch ? hcl.elements(stretch).flatMap((one) => hcl.value(one, lookup) ?? []) : [];
  };
  const env = block.attributes.get('env');
  const environment = (env ? hcl.elements(env) : []).flatMap((one): Variable[] => {
    const text = hcl.filled(one, lookup);
    if (!text) return [];
    const equals = text.masked.indexOf('=');
    return equals > 0 ? [{ name: text.text.slice(0, equals), value: text.slice(equals + 1) }] : [];
  });
  const entrypoint = list('entrypoint');
  const command = list('command');
  const host = mode?.text === 'host';
  out.processes.push({
    ...bareProcess(id, name?.text ?? block.labels[1] ?? 'container', block.span),
    aliases: [name?.text ?? '', block.labels[1] ?? ''].filter((alias) => alias !== ''),
    image: imageOf(block, hcl, lookup),
    argv: entrypoint.length > 0 ? [...entrypoint, ...command] : null,
    args: entrypoint.length > 0 || command.length === 0 ? null : command,
    environment,
    mounts: mountsOf(block, hcl, lookup),
    network: host && mode ? { kind: 'host', span: mode.span } : { kind: 'own', networks: [], internal: false },
    example,
  });
  for (const ports of host ? [] : block.blocks.filter(({ type }) => type === 'ports')) {
    const external = hcl.value(ports.attributes.get('external'), lookup);
    const internal = hcl.value(ports.attributes.get('internal'), lookup);
    const address = hcl.value(ports.attributes.get('ip'), lookup);
    const span = (external ?? internal)?.span ?? ports.span;
    const gate = { state: 'off', kinds: [], because: [] } as const;
    const protocol = hcl.value(ports.attributes.get('protocol'))?.text === 'udp' ? 'udp' : 'tcp';
    out.publications.push({
      process: id,
      kind: 'port',
      hostAddress: address,
      hostPort: external,
      targetPort: internal,
      protocol,
      span,
      loopbackEdit: null,
      gate,
      tls: 'unknown',
    });
  }
}

/** `volumes { host_path }` and `mounts { source }` of kreuzwerker/docker. */
function mountsOf(block: Block, hcl: Hcl, lookup: Lookup): readonly Mount[] {
  return block.blocks.flatMap(({ type, attributes }): readonly Mount[] => {
    if (type !== 'volumes' && type !== 'mounts') return [];
    const at = (name: string) => hcl.value(attributes.get(name), lookup);
    const source = at('host_path') ?? at('source') ?? at('volume_name');
    if (!source) return [];
    const target = at('container_path') ?? at('target');
    return [{ source, target, readOnly: at('read_only')?.text === 'true', span: source.span }];
  });
}

/** `image = docker_image.x.image_id` leads to the image's `name`. */
function imageOf(block: Block, hcl: Hcl, lookup: Lookup) {
  const stretch = block.attributes.get('image');
  const [, label] = stretch
    ? (/^docker_image\.([\w-]+)\./.exec(hcl.source.text.slice(stretch.from, stretch.to)) ?? [])
    : [];
  const image = label
    ? hcl.root.blocks.find(({ labels }) => labels[0] === 'docker_image' && labels[1] === label)
    : undefined;
  return hcl.value(image?.attributes.get('name') ?? stretch, lookup);
}

/** `values = [<<EOF …]` of a chart. */
async function addHelm(
  block: Block,
  hcl: Hcl,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  const values = block.labels[0] === 'helm_release' ? block.attributes.get('values') : undefined;
  for (const stretch of values ? hcl.elements(values) : []) {
    const text = hcl.text(stretch);
    if (text)
      out.add(
        await context.nested(null, {
          source,
          text: text.text,
          offsets: (inner) => text.offset(inner),
          name: 'values.yaml',
          variables: [],
        }),
      );
  }
}

function addProvider(block: Block, hcl: Hcl, out: Collector): void {
  if (block.type !== 'provider') return;
  for (const [name, stretch] of block.attributes) {
    if (
      !/^(insecure|skip_tls_verify|insecure_skip_verify|tls_skip_verify|skip_ssl_verification|allow_unverified_ssl|pm_tls_insecure)$/.test(
        name,
      )
    )
      continue;
    const value = hcl.value(stretch);
    if (!value) continue;
    const verification = value.kind === 'unresolved' ? 'unknown' : value.text === 'true' ? 'off' : 'on';
    out.clients.push({
      setting: `provider ${block.labels[0]}: ${name}`,
      verification,
      caFile: null,
      value,
      harmless: false,
      byDefault: false,
    });
  }
}

/**
 * Ports that a security group opens to the world. Without a machine of the same file behind them, the group's own
 * name is all that tells what they lead to.
 */
function addOpenings(openings: readonly Opening[], file: string, example: boolean, out: Collector): void {
  const known = new Set(out.processes.map(({ id }) => id));
  for (const { block, port, span } of openings) {
    const label = block.labels[1] ?? block.labels[0] ?? 'group';
    const id = `${file}#${block.labels[0]}.${label}`;
    if (!known.has(id)) {
      known.add(id);
      const name = label
        .toLowerCase()
        .replace(/[_-]?(sg|security_group|security-group|firewall|fw|ingress|allow)$/g, '')
        .replaceAll('_', '-');
      out.processes.push({
        ...bareProcess(id, name, block.span),
        network: { kind: 'own', networks: [], internal: false },
        example,
      });
    }
    const gate = { state: 'off', kinds: [], because: [] } as const;
    out.publications.push({
      process: id,
      kind: 'firewall',
      hostAddress: null,
      hostPort: port,
      targetPort: port,
      protocol: 'tcp',
      span,
      loopbackEdit: null,
      gate,
      tls: 'unknown',
    });
  }
}
