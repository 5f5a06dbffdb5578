import { dirname, join, normalize } from 'node:path/posix';
import type { Declarations, Variable } from '../../src/config/deployment/declarations.ts';
import { NO_DECLARATIONS } from '../../src/config/deployment/declarations.ts';
import { known, type Value } from '../../src/config/deployment/value.ts';
import type { ConfigFormat, EmbeddedText, ReadContext } from '../../src/config/formats/format.ts';
import { SourceText } from '../../src/config/source/source-text.ts';
import type { Span } from '../../src/model/span.ts';

export interface ReadTree {
  readonly declarations: Declarations;
  readonly sources: ReadonlyMap<string, SourceText>;
  /** Texts that the reader handed on to other formats. */
  readonly nested: readonly { readonly format: string | null; readonly embedded: EmbeddedText }[];
}

/** Reads the first of a handful of files, with the others as its tree. */
export async function readTree(
  format: ConfigFormat,
  files: Readonly<Record<string, string>>,
  example = false,
): Promise<ReadTree> {
  const sources = new Map(Object.entries(files).map(([name, text]) => [name, new SourceText(name, text)]));
  const [source] = sources.values();
  if (!source) throw new Error('no file');
  const nested: { format: string | null; embedded: EmbeddedText }[] = [];
  const at = (path: string, from: string): string => normalize(join(dirname(from), path));
  const context: ReadContext = {
    name: null,
    neighbour: async (path, from = source.file) => sources.get(at(path, from)) ?? null,
    neighbours: async (directory, from = source.file) => {
      const folder = at(directory, from).replace(/\/$/, '');
      const names = [...sources.keys()].flatMap((name) => {
        const inside = folder === '.' ? name : name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : '';
        return inside === '' ? [] : [inside.split('/')[0] ?? ''];
      });
      return names.length > 0 ? [...new Set(names)] : null;
    },
    environment: async (path, from = source.file) => {
      const file = sources.get(at(path, from));
      return file ? simpleEnvironment(file) : null;
    },
    nested: async (name, embedded) => {
      nested.push({ format: name, embedded });
      return NO_DECLARATIONS;
    },
    example,
  };
  return { declarations: await format.read(source, context), sources, nested };
}

function simpleEnvironment(file: SourceText): readonly Variable[] {
  return [...file.text.matchAll(/^(\w+)=(.*)$/gm)].map((match) => {
    const start = match.index + (match[1] ?? '').length + 1;
    const text = match[2] ?? '';
    return {
      name: match[1] ?? '',
      value: { kind: 'explicit', text, span: file.span(start, start + text.length), via: [] },
    };
  });
}

/** All values and spans in an answer, for properties that hold of every one. */
export function everything(declarations: unknown): {
  readonly values: readonly Value[];
  readonly spans: readonly Span[];
} {
  const values: Value[] = [];
  const spans: Span[] = [];
  const seen = new Set<object>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    if ('kind' in node && 'text' in node && 'span' in node && 'via' in node) values.push(node as Value);
    if ('file' in node && 'start' in node && 'end' in node) spans.push(node as Span);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(declarations);
  return { values, spans };
}

/** `host:port` as far as it is known. */
export function shown(host: Value | null, port: Value | null): string {
  const one = (value: Value | null): string => (value === null ? '*' : (known(value) ?? '?'));
  return port === null ? one(host) : `${one(host)}:${one(port)}`;
}

/** Proxies in short: one line a route, `listeners path → targets gate(kinds)`. */
export function routesInShort({ proxies }: Declarations): readonly string[] {
  return proxies.flatMap(({ listeners, routes }) => {
    const doors = listeners.map(({ address, port, tls }) => `${shown(address, port)}${TLS[tls]}`).join(',');
    return routes.map(({ path, upstream, gate }) => {
      const targets = upstream.targets.map(({ host, port }) => shown(host, port)).join(',');
      const kinds = gate.kinds.length > 0 ? `(${gate.kinds.join(',')})` : '';
      return `${doors} ${path} -> ${upstream.scheme}://${targets} ${gate.state}${kinds}`;
    });
  });
}

const TLS = { on: '/tls', off: '', unknown: '/?' } as const;
