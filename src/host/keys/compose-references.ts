import { resolveFrom } from '../../config/source/paths.ts';
import { entries, get, items, oneOrMore, scalar, type YamlNode } from '../../config/yaml/node.ts';
import type { ConfigurationFile } from '../configuration.ts';
import type { KeyReference } from './key-references.ts';

/** Whoever runs in a container sees a mounted file with the owner and mode that it has here. */
const INSIDE = 'the account inside its container';

/**
 * What a running project's compose file names: `env_file`, the `.env` beside it, files of `secrets`, and single files
 * that are mounted and look like keys. Paths count from its directory (docs.docker.com, Compose file reference).
 */
export async function composeReferences(file: ConfigurationFile): Promise<KeyReference[]> {
  const { path, text, idle } = file;
  if (text === null) return [];
  const [{ readYaml }, { SourceText }] = await Promise.all([
    import('../../config/yaml/read-yaml.ts'),
    import('../../config/source/source-text.ts'),
  ]);
  const project = readYaml(new SourceText(path, text)).documents[0];
  const environments = entries(get(project, 'services')).flatMap(({ key, value }) =>
    oneOrMore(get(value, 'env_file')).map((one) => ({ at: written(one, 'path'), namedBy: `env_file of ${key}` })),
  );
  const secrets = entries(get(project, 'secrets')).map(({ key, value }) => ({
    at: written(value, 'file'),
    namedBy: `compose secret ${key}`,
  }));
  const mounts = entries(get(project, 'services')).flatMap(({ key, value }) =>
    items(get(value, 'volumes')).map((one) => ({
      at: written(one, 'source').split(':')[0] ?? '',
      namedBy: `volume of ${key}`,
    })),
  );
  const within = ({ at, namedBy }: { readonly at: string; readonly namedBy: string }): [string, string][] => {
    const there = at.includes('$') ? null : resolveFrom(path, at);
    return there === null ? [] : [[there, namedBy]];
  };
  const usual = { certificate: null, idle };
  return [
    ...[...environments, { at: '.env', namedBy: '.env of the project' }]
      .flatMap(within)
      .map(([at, namedBy]): KeyReference => ({ ...usual, path: at, namedBy, kind: 'environment' })),
    ...secrets
      .flatMap(within)
      .map(([at, namedBy]): KeyReference => ({ ...usual, path: at, namedBy, kind: 'secret', user: INSIDE })),
    ...mounts
      .filter(({ at }) => /\.(?:key|pem|p8)$|privkey/.test(at))
      .flatMap(within)
      .map(([at, namedBy]): KeyReference => ({ ...usual, path: at, namedBy, kind: 'private-key', user: INSIDE })),
  ];
}

/** The short form, or one key of the long one. */
function written(node: YamlNode, key: string): string {
  return (scalar(node) ?? scalar(get(node, key)))?.text ?? '';
}
