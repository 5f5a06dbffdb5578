import type { Span } from '../../../model/span.ts';
import type { DeclaredProcess, Mount, ProcessNetwork } from '../../deployment/declarations.ts';
import { type Value, written } from '../../deployment/value.ts';
import type { Lookup } from '../../source/interpolation.ts';
import {
  entries,
  entry,
  get,
  items,
  oneOrMore,
  scalar,
  type YamlEntry,
  type YamlNode,
  type YamlScalar,
} from '../../yaml/node.ts';
import type { ReadContext } from '../format.ts';
import { declared, environmentOf } from './environment.ts';
import { isTrue, optionalValue, partOf, resolved } from './values.ts';
import { commandLine } from './words.ts';

export interface ServiceScope {
  /** `<file>` part of process ids: the project's first file. */
  readonly project: string;
  readonly lookup: Lookup;
  readonly context: ReadContext;
  /** Networks of the project that have `internal: true`. */
  readonly internalNetworks: ReadonlySet<string>;
  /** Files that the project's `secrets:` and `configs:` are made of, by `secrets/name`. */
  readonly files: ReadonlyMap<string, YamlScalar>;
}

/** One service as it is after merging. */
export async function declaredProcess(
  { key, keySpan, value }: YamlEntry,
  scope: ServiceScope,
): Promise<DeclaredProcess> {
  const { lookup, context } = scope;
  const environment = await environmentOf(value, lookup, context);
  const entrypoint = commandLine(get(value, 'entrypoint'), lookup);
  const command = commandLine(get(value, 'command'), lookup);
  return {
    id: processId(scope.project, key),
    name: key,
    aliases: aliasesOf(key, value),
    span: keySpan,
    image: optionalValue(get(value, 'image'), lookup),
    build: buildOf(get(value, 'build'), lookup),
    argv: entrypoint && entrypoint.length > 0 ? [...entrypoint, ...(command ?? [])] : null,
    args: entrypoint && entrypoint.length > 0 ? null : command,
    environment: environment.variables,
    unseenEnvironment: [...environment.unseen, ...elsewhere(value, keySpan)],
    network: networkOf(value, scope),
    mounts: [...mountsOf(value, lookup), ...given(value, scope)],
    listeners: [],
    optional: oneOrMore(get(value, 'profiles')).some((profile) => scalar(profile) !== undefined),
    example: context.example,
    privileged: isTrue(get(value, 'privileged')) ? (entry(value, 'privileged')?.span ?? null) : null,
    user: optionalValue(get(value, 'user'), lookup),
    directory: optionalValue(get(value, 'working_dir'), lookup)?.text,
    labels: [...declared(get(value, 'labels'), lookup), ...declared(get(value, 'deploy', 'labels'), lookup)],
  };
}

/** Without image and build it is the override of a service that another file starts, and may give more. */
function elsewhere(service: YamlNode, span: Span): DeclaredProcess['unseenEnvironment'] {
  return get(service, 'image') || get(service, 'build') ? [] : [{ name: null, span }];
}

export function processId(project: string, name: string): string {
  return `${project}#${name}`;
}

function aliasesOf(name: string, service: YamlNode): readonly string[] {
  const own = [scalar(get(service, 'container_name'))?.text, scalar(get(service, 'hostname'))?.text];
  const perNetwork = entries(get(service, 'networks')).flatMap(({ value }) =>
    items(get(value, 'aliases')).flatMap((alias) => scalar(alias)?.text ?? []),
  );
  return [...new Set([name, ...own.filter((alias) => alias !== undefined), ...perNetwork])];
}

function buildOf(node: YamlNode | undefined, lookup: Lookup): DeclaredProcess['build'] {
  if (!node) return null;
  if (node.kind === 'scalar') {
    return node.value === null ? null : { context: resolved(node, lookup), dockerfile: null, target: null };
  }
  const context = optionalValue(get(node, 'context'), lookup) ?? written('.', { ...node.span, end: node.span.start });
  return {
    context,
    dockerfile: optionalValue(get(node, 'dockerfile'), lookup),
    target: optionalValue(get(node, 'target'), lookup),
  };
}

function networkOf(service: YamlNode, { project, lookup, internalNetworks }: ServiceScope): ProcessNetwork {
  const mode = optionalValue(get(service, 'network_mode') ?? get(service, 'net'), lookup);
  if (mode !== null) {
    if (mode.kind === 'unresolved') return { kind: 'unresolved', span: mode.span };
    if (mode.text === 'host') return { kind: 'host', span: mode.span };
    if (mode.text === 'none') return { kind: 'none' };
    const shared = /^service:(.+)$/.exec(mode.text);
    if (shared) return { kind: 'shared', with: processId(project, shared[1] ?? '') };
    if (mode.text.startsWith('container:')) return { kind: 'shared', with: mode.text };
  }
  const node = get(service, 'networks');
  const networks =
    node?.kind === 'map'
      ? node.entries.map(({ key }) => key)
      : items(node).flatMap((item) =>
          item.kind === 'map' ? item.entries.map(({ key }) => key) : (scalar(item)?.text ?? []),
        );
  if (networks.includes('host')) return { kind: 'host', span: node?.span ?? null };
  const names = networks.length > 0 ? networks : ['default'];
  return {
    kind: 'own',
    networks: names.map((name) => `${project}#${name}`),
    internal: names.every((name) => internalNetworks.has(name)),
  };
}

function mountsOf(service: YamlNode, lookup: Lookup): readonly Mount[] {
  return items(get(service, 'volumes')).flatMap((item): readonly Mount[] => {
    if (item.kind === 'map') {
      const source = optionalValue(get(item, 'source'), lookup);
      if (source === null) return [];
      return [
        {
          source,
          target: optionalValue(get(item, 'target'), lookup),
          readOnly: isTrue(get(item, 'read_only')),
          span: entry(item, 'source')?.span ?? item.span,
        },
      ];
    }
    const node = scalar(item);
    return node ? shortMount(node, lookup) : [];
  });
}

/** Secrets and configs of the service that are files: a secret lies in `/run/secrets`, a config at its name. */
function given(service: YamlNode, { files, lookup }: ServiceScope): readonly Mount[] {
  return (['secrets', 'configs'] as const).flatMap((kind) =>
    items(get(service, kind)).flatMap((item): readonly Mount[] => {
      const name = scalar(item) ?? scalar(get(item, 'source'));
      const file = name ? files.get(`${kind}/${name.text}`) : undefined;
      if (!name || !file) return [];
      const target = scalar(get(item, 'target'));
      const folder = kind === 'secrets' ? '/run/secrets/' : '/';
      const path = (target ?? name).text;
      return [
        {
          source: resolved(file, lookup),
          target: written(path.startsWith('/') ? path : `${folder}${path}`, (target ?? name).span),
          readOnly: true,
          span: item.span,
        },
      ];
    }),
  );
}

function shortMount(node: NonNullable<ReturnType<typeof scalar>>, lookup: Lookup): readonly Mount[] {
  const { text } = node;
  const masked = text.replace(/\$\{[^}]*\}/g, (all) => '_'.repeat(all.length));
  // A drive letter is no field of its own.
  const first = masked.indexOf(':', /^[A-Za-z]:[\\/]/.test(masked) ? 2 : 0);
  if (first === -1) return [];
  const second = masked.indexOf(':', first + 1);
  const end = second === -1 ? text.length : second;
  const source: Value = partOf(node, 0, first, lookup);
  const options = second === -1 ? '' : text.slice(second + 1);
  return [
    { source, target: partOf(node, first + 1, end, lookup), readOnly: /(^|,)ro(,|$)/.test(options), span: node.span },
  ];
}
