import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import type { Span } from '../../model/span.ts';
import type { SourceText } from '../source/source-text.ts';
import { alignment } from './alignment.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './node.ts';

export interface YamlText {
  /** One a document; null where a document is empty. */
  readonly documents: readonly (YamlNode | null)[];
  readonly troubles: readonly { readonly span: Span; readonly what: string }[];
}

/** Nothing here evaluates anything: unknown tags are kept, aliases are looked up once. Deeper nesting than this is no configuration. */
const DEEPEST = 200;
const MOST_TROUBLES = 5;

export function readYaml(source: SourceText): YamlText {
  const troubles: { span: Span; what: string }[] = [];
  if (tooDeep(source.text)) {
    return { documents: [], troubles: [{ span: source.span(0, 0), what: `is nested deeper than ${DEEPEST} levels` }] };
  }
  const parsed = parseAllDocuments(source.text, {
    logLevel: 'silent',
    strict: false,
    uniqueKeys: false,
    stringKeys: false,
    merge: false,
    prettyErrors: false,
  });
  const list = Array.isArray(parsed) ? parsed : [];
  const documents = list.map((document) => {
    for (const error of document.errors.slice(0, MOST_TROUBLES - troubles.length)) {
      const [start, end] = error.pos;
      troubles.push({
        // An error at the end of the file reaches one beyond it.
        span: source.span(Math.min(start, source.text.length), Math.min(Math.max(start, end), source.text.length)),
        what: `is not YAML here: ${firstLine(error.message)}`,
      });
    }
    return document.contents ? new Converter(source).convert(document.contents as ParsedNode, 0) : null;
  });
  return { documents, troubles };
}

/** Before the parser sees it: it descends once for every level. */
function tooDeep(text: string): boolean {
  let flow = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      flow += 1;
      if (flow > DEEPEST) return true;
    } else if (code === 0x5d || code === 0x7d) flow = Math.max(0, flow - 1);
    else if (code === 0x0a && flow > 0 && text.charCodeAt(at + 1) === 0x0a) flow = 0;
  }
  return /^(?:[ \t]*-){200}|^(?: {2}){200}\S|(?:- ){200}|(?:\? ){200}/m.test(text);
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

class Converter {
  readonly #source: SourceText;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #done = new Map<ParsedNode, YamlNode>();
  readonly #under = new Set<ParsedNode>();

  constructor(source: SourceText) {
    this.#source = source;
  }

  convert(node: ParsedNode, depth: number): YamlNode {
    const known = this.#done.get(node);
    if (known) return known;
    if (depth > DEEPEST || this.#under.has(node)) return this.#nothing(node);
    const anchor = isAlias(node) ? undefined : node.anchor;
    if (anchor) this.#anchors.set(anchor, node);
    this.#under.add(node);
    const made = this.#make(node, depth);
    this.#under.delete(node);
    if (!isAlias(node)) this.#done.set(node, made);
    return made;
  }

  #make(node: ParsedNode, depth: number): YamlNode {
    if (isAlias(node)) return this.#follow(node, depth);
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#map(node as never, depth);
    if (isCollection(node)) return this.#list(node as never, depth);
    return this.#nothing(node);
  }

  #follow(node: Alias.Parsed, depth: number): YamlNode {
    const target = this.#anchors.get(node.source);
    return target === undefined ? this.#nothing(node) : this.convert(target, depth);
  }

  #list(node: { items: readonly ParsedNode[]; range: Range; tag?: string }, depth: number): YamlList {
    return {
      kind: 'list',
      items: node.items.map((item) => (isPair(item) ? this.#nothing(node as never) : this.convert(item, depth + 1))),
      span: this.#span(node.range),
      tag: node.tag ?? null,
    };
  }

  #map(
    node: { items: readonly { key: ParsedNode; value: ParsedNode | null }[]; range: Range; tag?: string },
    depth: number,
  ): YamlMap {
    const own: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const { key, value } of node.items) {
      // A key that is itself a collection is what an unquoted template placeholder looks like.
      if (!isScalar(key)) continue;
      const keySpan = this.#span(key.range);
      const converted = value ? this.convert(value, depth + 1) : this.#nothing(key);
      const name = scalarText(key);
      if (name === '<<' && key.type === 'PLAIN') merged.push(...sources(converted).flatMap(({ entries }) => entries));
      else
        own.push({
          key: name,
          keySpan,
          value: converted,
          span: this.#source.span(keySpan.start, Math.max(keySpan.end, value?.range?.[1] ?? 0)),
        });
    }
    const entries = [...lastOfEach(own)];
    const names = new Set(entries.map(({ key }) => key));
    for (const candidate of merged) {
      if (names.has(candidate.key)) continue;
      names.add(candidate.key);
      entries.push(candidate);
    }
    return { kind: 'map', entries, span: this.#span(node.range), tag: node.tag ?? null };
  }

  #scalar(node: Scalar.Parsed): YamlScalar {
    const [start, end] = node.range;
    const text = scalarText(node);
    const style = node.type === 'PLAIN' ? 'plain' : node.type?.startsWith('QUOTE') ? 'quoted' : 'block';
    const quote = style === 'quoted' ? 1 : 0;
    const raw = this.#source.text;
    const outer = this.#source.span(start, end);
    const span =
      style === 'block'
        ? this.#blockSpan(start, end)
        : this.#source.span(start + quote, Math.max(start + quote, end - quote));
    let offsets: readonly number[] | null = null;
    return {
      kind: 'scalar',
      text,
      value: node.value as YamlScalar['value'],
      style,
      span,
      outer,
      tag: node.tag ?? null,
      offset: (index) => {
        if (span.end - span.start === text.length) return span.start + Math.min(index, text.length);
        offsets ??= alignment(text, raw, span.start, span.end);
        return offsets[Math.min(Math.max(index, 0), text.length)] ?? span.end;
      },
    };
  }

  /** Without the header line (`|-`) and the indentation of the first line. */
  #blockSpan(start: number, end: number): Span {
    const lineBreak = this.#source.text.indexOf('\n', start);
    if (lineBreak === -1 || lineBreak >= end) return this.#source.span(start, end);
    let from = lineBreak + 1;
    while (from < end && /\s/.test(this.#source.text[from] ?? '')) from += 1;
    return this.#source.span(from, end);
  }

  #nothing(node: { range?: Range | null }): YamlScalar {
    const at = node.range?.[1] ?? 0;
    const span = this.#source.span(at, at);
    return { kind: 'scalar', text: '', value: null, style: 'plain', span, outer: span, tag: null, offset: () => at };
  }

  #span(range: Range | null | undefined): Span {
    const [start, end] = range ?? [0, 0];
    return this.#source.span(start, trimEnd(this.#source.text, start, end));
  }
}

type Range = readonly [number, number, number];

/** The range of a block collection reaches to the next key. */
function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function scalarText(node: Scalar): string {
  if (node.value === null || node.value === undefined) return node.type === 'PLAIN' && node.source ? '' : '';
  return node.type === 'PLAIN' && node.source !== undefined ? node.source : String(node.value);
}

/** Maps that a merge key names: one, or several of which the first wins. */
function sources(node: YamlNode): readonly YamlMap[] {
  if (node.kind === 'map') return [node];
  return node.kind === 'list' ? node.items.filter((item) => item.kind === 'map') : [];
}

function lastOfEach(entries: readonly YamlEntry[]): Iterable<YamlEntry> {
  return new Map(entries.map((item) => [item.key, item])).values();
}
