import type { Variable } from '../../deployment/declarations.ts';
import { unresolved, written } from '../../deployment/value.ts';
import type { Lookup } from '../../source/interpolation.ts';
import { entries, get, items, oneOrMore, scalar, type YamlEntry, type YamlNode } from '../../yaml/node.ts';
import type { ReadContext } from '../format.ts';
import { optionalValue, partOf, resolved } from './values.ts';

export interface Environment {
  readonly variables: readonly Variable[];
  readonly unseen: readonly { readonly name: string | null; readonly span: YamlEntry['span'] }[];
  readonly troubles: readonly { readonly span: YamlEntry['span']; readonly what: string }[];
}

/** What a service's process gets: `env_file`, then `environment` over it (docs.docker.com, environment variables precedence). */
export async function environmentOf(service: YamlNode, lookup: Lookup, context: ReadContext): Promise<Environment> {
  const found = new Map<string, Variable>();
  const unseen: { name: string | null; span: YamlEntry['span'] }[] = [];
  const troubles: { span: YamlEntry['span']; what: string }[] = [];
  for (const item of oneOrMore(get(service, 'env_file'))) {
    const node = item.kind === 'map' ? scalar(get(item, 'path')) : scalar(item);
    if (!node) continue;
    const path = resolved(node, lookup);
    const variables = path.kind === 'unresolved' ? null : await context.environment(path.text, node.span.file);
    // Most are kept out of the repository on purpose: what they set is not known.
    if (variables === null) unseen.push({ name: null, span: node.span });
    else for (const variable of variables) found.set(variable.name, via(variable, node.span));
  }
  for (const variable of declared(get(service, 'environment'), lookup)) {
    if (variable.value.kind === 'unresolved' && variable.value.text === '') {
      unseen.push({ name: variable.name, span: variable.value.span });
      found.delete(variable.name);
    } else found.set(variable.name, variable);
  }
  return { variables: [...found.values()], unseen, troubles };
}

/** Where a file was brought in belongs to where the value comes from. */
function via({ name, value }: Variable, span: YamlEntry['span']): Variable {
  return { name, value: { ...value, via: [...value.via, span] } };
}

/** `environment:` or `labels:`, as a mapping or as `NAME=value` items. */
export function declared(node: YamlNode | undefined, lookup: Lookup): readonly Variable[] {
  if (node?.kind === 'map') return node.entries.map((item) => keyed(item, lookup));
  return items(node).flatMap((item): readonly Variable[] => {
    if (item.kind === 'map') return entries(item).map((one) => keyed(one, lookup));
    const text = scalar(item);
    if (!text) return [];
    const equals = text.text.indexOf('=');
    if (equals === -1) return [passedThrough(text.text.trim(), text.span, lookup)];
    const name = text.text.slice(0, equals).trim();
    const value = partOf(text, equals + 1, text.text.length, lookup);
    return [{ name, value }];
  });
}

function keyed({ key, keySpan, value }: YamlEntry, lookup: Lookup): Variable {
  if (value.kind !== 'scalar') return { name: key, value: unresolved(key, keySpan, 'is no plain value') };
  if (value.value === null) return passedThrough(key, keySpan, lookup);
  return { name: key, value: optionalValue(value, lookup) ?? written('', value.span) };
}

/** `NAME` alone takes the value from `.env`, or from whoever starts it. */
function passedThrough(name: string, span: YamlEntry['span'], lookup: Lookup): Variable {
  const value = lookup(name);
  if (value === undefined) return { name, value: unresolved('', span, `${name} is taken from whoever starts it`) };
  return { name, value: { ...value, span, via: [value.span, ...value.via] } };
}
