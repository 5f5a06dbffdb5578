import type { Span } from '../../model/span.ts';

/*
 * YAML as configuration readers need it: every node knows where it stands, merges (`<<`) are spelled out, and aliases
 * share the node they stand for, so that a bomb of aliases takes no more room than it has text.
 */

export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
  readonly tag: string | null;
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
  /** From the key to the end of the value. */
  readonly span: Span;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly span: Span;
  readonly tag: string | null;
}

export interface YamlScalar {
  readonly kind: 'scalar';
  /** As configuration programs take it: the plain source of `0644` or `22:22`, the value of what is quoted; `` for null. */
  readonly text: string;
  readonly value: string | number | boolean | bigint | null;
  readonly style: 'plain' | 'quoted' | 'block';
  /** Of the text, without its quotes. */
  readonly span: Span;
  /** With its quotes. */
  readonly outer: Span;
  readonly tag: string | null;
  /** Where code unit `index` of `text` stands in the file. */
  offset(index: number): number;
}

export type YamlNode = YamlMap | YamlList | YamlScalar;

/** The value under a key; undefined when it is no map or has no such key. */
export function get(node: YamlNode | null | undefined, ...path: readonly string[]): YamlNode | undefined {
  let at: YamlNode | undefined = node ?? undefined;
  for (const step of path) at = entry(at, step)?.value;
  return at;
}

export function entry(node: YamlNode | null | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((candidate) => candidate.key === key) : undefined;
}

export function entries(node: YamlNode | null | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function items(node: YamlNode | null | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The scalar there, if it is one that says something. */
export function scalar(node: YamlNode | null | undefined): YamlScalar | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}

/** A list, or the single thing that stands for a list of one. */
export function oneOrMore(node: YamlNode | null | undefined): readonly YamlNode[] {
  if (!node) return [];
  return node.kind === 'list' ? node.items : [node];
}
