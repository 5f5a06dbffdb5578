import {
  type DeclaredProcess,
  type DeclaredSetting,
  NO_DECLARATIONS,
  type Publication,
  type Variable,
} from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { OPEN } from '../../gates/gate.ts';
import type { SourceText } from '../../source/source-text.ts';
import {
  entries,
  get,
  items,
  scalar,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat } from '../format.ts';
import { ingressGate } from '../kubernetes/ingress-gate.ts';
import { flatten } from '../settings/flatten.ts';
import { switchesIn } from '../settings/verification.ts';

/*
 * Values of a chart without the chart: a part that has an image is taken for a workload, `service.type` and
 * `ingress.enabled` beside it for how it is published. What is off by default publishes nothing.
 */

const DEEPEST = 8;

export const helmValues: ConfigFormat = {
  async read(source, context) {
    const { documents, troubles } = readYaml(source);
    const parts = documents.flatMap((document) => (document?.kind === 'map' ? partsOf(document, [], 0) : []));
    const variables = documents.flatMap((document) => (document?.kind === 'map' ? leaves(document, [], 0) : []));
    return {
      ...NO_DECLARATIONS,
      processes: parts.map((part) => processOf(part, source, context.example)),
      publications: parts.flatMap((part) => published(part, source)),
      variables,
      settings: parts.flatMap((part) => settingsOf(part, source)),
      // Variables are told by their names alone.
      clients: switchesIn(documents, source.text).filter(({ setting }) => !/(^|\.)[A-Z][A-Z0-9_]+$/.test(setting)),
      troubles,
    };
  },
};

interface Part {
  readonly path: readonly string[];
  readonly node: YamlMap;
  readonly image: YamlNode;
}

function partsOf(node: YamlMap, path: readonly string[], depth: number): readonly Part[] {
  const image = get(node, 'image');
  const named = image && (scalar(image) ?? scalar(get(image, 'repository')) ?? scalar(get(image, 'name')));
  const own = image && named ? [{ path, node, image }] : [];
  const below =
    depth > DEEPEST
      ? []
      : node.entries.flatMap(({ key, value }) =>
          value.kind === 'map' && key !== 'image' ? partsOf(value, [...path, key], depth + 1) : [],
        );
  return [...own, ...below];
}

function processOf({ path, node, image }: Part, source: SourceText, example: boolean): DeclaredProcess {
  const name = path.at(-1) ?? 'chart';
  const environment = environmentOf(node);
  return {
    id: idOf(path, source),
    name,
    aliases: [name],
    span: image.span,
    image: imageOf(image),
    build: null,
    argv: listOf(get(node, 'command')),
    args: listOf(get(node, 'args') ?? get(node, 'extraArgs')),
    environment,
    // What the chart itself sets cannot be seen here.
    unseenEnvironment: [],
    network: { kind: 'own', networks: [], internal: false },
    mounts: [],
    listeners: [],
    optional: scalar(get(node, 'enabled'))?.value === false,
    example,
    privileged: null,
    user: null,
  };
}

/** What a chart writes into the program's own settings file: `grafana.ini`, `config`. */
const SETTINGS_FILE = /\.(?:ini|ya?ml|conf|toml)$|^(?:config|proxy_config)$/;

function settingsOf({ path, node }: Part, source: SourceText): readonly DeclaredSetting[] {
  return node.entries
    .filter(({ key }) => SETTINGS_FILE.test(key))
    .flatMap(({ value }) => flatten(value).map((found) => ({ ...found, process: idOf(path, source) })));
}

function idOf(path: readonly string[], source: SourceText): string {
  return `${source.file}#${path.join('.')}`;
}

function imageOf(image: YamlNode): Value | null {
  const whole = scalar(image);
  if (whole) return plain(whole);
  const repository = scalar(get(image, 'repository')) ?? scalar(get(image, 'name'));
  if (!repository) return null;
  const registry = scalar(get(image, 'registry'))?.text;
  const tag = scalar(get(image, 'tag'))?.text;
  const text = `${registry ? `${registry}/` : ''}${repository.text}${tag ? `:${tag}` : ''}`;
  return { kind: 'explicit', text, span: repository.span, via: [] };
}

function environmentOf(node: YamlMap): readonly Variable[] {
  return ['env', 'extraEnv', 'extraEnvVars', 'environment', 'envVars'].flatMap((key) => {
    const found = get(node, key);
    const listed = items(found).flatMap((item): readonly Variable[] => {
      const name = scalar(get(item, 'name'))?.text;
      const value = scalar(get(item, 'value'));
      return name !== undefined && value ? [{ name, value: plain(value) }] : [];
    });
    const keyed = entries(found).flatMap(({ key: name, value }): readonly Variable[] => {
      const text = scalar(value);
      return text ? [{ name, value: plain(text) }] : [];
    });
    return [...listed, ...keyed];
  });
}

function published({ path, node }: Part, source: SourceText): readonly Publication[] {
  if (scalar(get(node, 'enabled'))?.value === false) return [];
  const common = { process: idOf(path, source), hostAddress: null, protocol: 'tcp', loopbackEdit: null } as const;
  const type = scalar(get(node, 'service', 'type'));
  const port = scalar(get(node, 'service', 'port')) ?? scalar(get(node, 'service', 'httpPort'));
  const target = scalar(get(node, 'service', 'targetPort'));
  const kind = type?.text === 'LoadBalancer' ? 'load-balancer' : type?.text === 'NodePort' ? 'node-port' : null;
  const byService: readonly Publication[] =
    kind && type
      ? [
          {
            ...common,
            kind,
            hostPort: port ? plain(port) : null,
            targetPort: target ? plain(target) : null,
            span: type.span,
            gate: OPEN,
            tls: 'unknown',
          },
        ]
      : [];
  const ingress = get(node, 'ingress');
  const enabled = scalar(get(ingress, 'enabled'));
  if (!ingress || enabled?.value !== true) return byService;
  const gate = ingressGate({
    kind: 'Ingress',
    name: '',
    namespace: '',
    node: {
      kind: 'map',
      tag: null,
      span: ingress.span,
      entries: [{ key: 'metadata', keySpan: ingress.span, span: ingress.span, value: ingress }],
    },
    source,
  });
  const tls = items(get(ingress, 'tls')).length > 0 ? 'on' : 'off';
  return [
    ...byService,
    { ...common, kind: 'ingress', hostPort: null, targetPort: null, span: enabled.span, gate, tls },
  ];
}

function listOf(node: YamlNode | undefined): readonly Value[] | null {
  const values = items(node).flatMap((item) => (item.kind === 'scalar' ? [plain(item)] : []));
  return values.length > 0 ? values : null;
}

/** Settings that look like variables or credentials, by their dotted path where their name alone says little. */
function leaves(node: YamlMap, path: readonly string[], depth: number): readonly Variable[] {
  return node.entries.flatMap(({ key, value }: YamlEntry): readonly Variable[] => {
    if (value.kind === 'map') return depth > DEEPEST ? [] : leaves(value, [...path, key], depth + 1);
    const text = scalar(value);
    if (!text || !(/^[A-Z][A-Z0-9_]+$/.test(key) || /(password|secret|token|key|credential)$/i.test(key))) return [];
    return [{ name: /^[A-Z]/.test(key) ? key : [...path, key].join('.'), value: plain(text) }];
  });
}

function plain(node: YamlScalar): Value {
  return { kind: 'explicit', text: node.text, span: node.span, via: [] };
}
