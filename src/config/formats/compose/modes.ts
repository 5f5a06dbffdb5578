import type { DeclaredMode } from '../../deployment/declarations.ts';
import { written } from '../../deployment/value.ts';
import type { Lookup } from '../../source/interpolation.ts';
import { entry, get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { topLevel } from './project.ts';
import { optionalValue, resolved } from './values.ts';

/** `mode:` of secrets and configs as a service gets them. */
export function declaredModes(root: YamlNode | null, lookup: Lookup): readonly DeclaredMode[] {
  return topLevel(root, 'services').flatMap(({ value }) => [
    ...granted(get(value, 'secrets'), 'secret', lookup),
    ...granted(get(value, 'configs'), null, lookup),
  ]);
}

function granted(node: YamlNode | undefined, holds: 'secret' | null, lookup: Lookup): readonly DeclaredMode[] {
  return items(node).flatMap((item): readonly DeclaredMode[] => {
    const mode = scalar(get(item, 'mode'));
    if (!mode) return [];
    const path =
      optionalValue(get(item, 'target'), lookup) ??
      optionalValue(get(item, 'source'), lookup) ??
      written('', item.span);
    return [
      {
        path,
        bits: composeBits(mode),
        mode: resolved(mode, lookup),
        owner: scalar(get(item, 'uid'))?.text ?? null,
        group: scalar(get(item, 'gid'))?.text ?? null,
        holds,
        rewrite: (bits) => `0${bits.toString(8)}`,
        span: entry(item, 'mode')?.span ?? mode.span,
      },
    ];
  });
}

/**
 * Compose reads `0440` and `0o440` as octal and `440` as decimal, which is 0670: go-yaml keeps YAML 1.1's octal. In
 * quotes it is parsed with base 8 (compose-go, types.FileMode).
 */
function composeBits({ text, style }: YamlScalar): number | null {
  if (/^0o?[0-7]{3,4}$/.test(text)) return Number.parseInt(text.replace('o', ''), 8);
  if (!/^\d+$/.test(text)) return null;
  return style === 'quoted' ? (/^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null) : Number(text);
}
