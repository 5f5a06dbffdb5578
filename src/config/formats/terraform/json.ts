import type { Span } from '../../../model/span.ts';
import { brokenJsonAt } from '../../json/broken-json.ts';
import { readJson } from '../../json/read-json.ts';
import type { SourceText } from '../../source/source-text.ts';
import { oneOrMore, type YamlEntry, type YamlMap, type YamlNode } from '../../yaml/node.ts';
import { type Stretch, unwrapped } from './expressions.ts';
import { type Block, Hcl } from './hcl.ts';

/*
 * `.tf.json`: HCL in JSON (github.com/hashicorp/hcl, json/spec.md; Terraform's "JSON Configuration Syntax"). A block is
 * a member whose object holds, label by label, the bodies; an array stands for several. Only a provider's schema tells a
 * nested block from an attribute that is an object, so what may be either stands as both.
 */

/** How many labels a block of a file's own has. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  provider: 1,
  module: 1,
  variable: 1,
  locals: 0,
};
/** Objects that are always maps of names that somebody chose. */
const MAPS =
  /^(labels|match_labels|annotations|node_selector|limits|requests|data|string_data|tags|manifest|variables)$/;

export function readTerraformJson(source: SourceText): Hcl {
  // Terraform takes neither comments nor a comma too many.
  const broken = brokenJsonAt(source.text);
  const { documents } = readJson(source);
  const read = new Blocks(source);
  const blocks = bodies(documents[0]).flatMap(({ entries }) => entries.flatMap((entry) => read.of(entry)));
  const span = source.span(0, source.text.length);
  const hcl = new Hcl(source, { type: '', labels: [], attributes: new Map(), blocks, span });
  if (broken !== null) {
    const what = broken < source.text.length ? 'unexpected here' : 'ends too early';
    hcl.troubles.push({ span: source.span(broken, broken), what: `is no JSON: ${what}` });
  }
  return hcl;
}

/** A body is an object, or an array of them. */
function bodies(node: YamlNode | null | undefined): readonly YamlMap[] {
  return oneOrMore(node).filter((one) => one.kind === 'map');
}

/** What is no JSON is read as YAML, and there a text of a few lines can stand for more blocks than anybody has room for. */
const MOST = 50_000;

class Blocks {
  readonly #source: SourceText;
  #left = MOST;

  constructor(source: SourceText) {
    this.#source = source;
  }

  of({ key, value, span }: YamlEntry): readonly Block[] {
    return this.#labelled(value, key, LABELS[key] ?? 0, [], span);
  }

  #labelled(value: YamlNode, type: string, labels: number, given: readonly string[], span: Span): readonly Block[] {
    if (labels === 0) return bodies(value).flatMap((body) => this.#block(type, given, body, span));
    return bodies(value).flatMap((body) =>
      body.entries.flatMap((entry) => this.#labelled(entry.value, type, labels - 1, [...given, entry.key], entry.span)),
    );
  }

  #block(type: string, labels: readonly string[], body: YamlMap, span: Span): readonly Block[] {
    this.#left -= 1;
    if (this.#left < 0) return [];
    const attributes = new Map<string, Stretch>();
    const blocks: Block[] = [];
    for (const { key, value, span } of body.entries) {
      if (key === '//') continue;
      attributes.set(key, unwrapped(this.#source.text, stretchOf(value)));
      if (!MAPS.test(key)) blocks.push(...bodies(value).flatMap((one) => this.#block(key, [], one, span)));
    }
    return [{ type, labels, attributes, blocks, span }];
  }
}

function stretchOf(node: YamlNode): Stretch {
  const { start, end } = node.kind === 'scalar' ? node.outer : node.span;
  return { from: start, to: end };
}
