import type { AST } from 'toml-eslint-parser';
import { parseTOML } from 'toml-eslint-parser';
import { unresolved, type Value, written } from '../deployment/value.ts';
import type { SourceText } from '../source/source-text.ts';
import type { TraefikSetting } from './setting.ts';

export interface TomlSettings {
  readonly settings: readonly TraefikSetting[];
  readonly trouble: { readonly at: number; readonly what: string } | null;
}

/** A file in TOML as paths. */
export function fromToml(source: SourceText): TomlSettings {
  try {
    const settings: TraefikSetting[] = [];
    for (const node of parseTOML(source.text).body[0].body) readEntry(node, [], source, settings);
    return { settings, trouble: null };
  } catch (error) {
    const { index, message } = error as { index?: number; message: string };
    return { settings: [], trouble: { at: index ?? 0, what: `is not TOML here: ${message.split('\n')[0]}` } };
  }
}

type Node = AST.TOMLTable | AST.TOMLKeyValue;

const DEEPEST = 30;

function readEntry(node: Node, path: readonly string[], source: SourceText, out: TraefikSetting[]): void {
  if (node.type === 'TOMLTable') {
    const table = stepsOf(node.resolvedKey);
    if (node.body.length === 0) out.push({ path: table, values: [], span: source.span(...node.key.range) });
    for (const entry of node.body) readEntry(entry, table, source, out);
    return;
  }
  const keys = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  readValue(node.value, [...path, ...stepsOf(keys)], source, out);
}

function readValue(
  node: AST.TOMLContentNode,
  path: readonly string[],
  source: SourceText,
  out: TraefikSetting[],
): void {
  if (path.length > DEEPEST) return;
  const span = source.span(...node.range);
  if (node.type === 'TOMLInlineTable') {
    if (node.body.length === 0) out.push({ path, values: [], span });
    for (const entry of node.body) readEntry(entry, path, source, out);
  } else if (node.type === 'TOMLArray') {
    const values = node.elements.filter((element) => element.type === 'TOMLValue');
    if (values.length > 0) out.push({ path, values: values.map((element) => valueAt(element, source)), span });
    for (const [index, element] of node.elements.entries()) {
      if (element.type === 'TOMLValue') continue;
      readValue(element, [...path.slice(0, -1), `${path.at(-1) ?? ''}[${index}]`], source, out);
    }
  } else out.push({ path, values: [valueAt(node, source)], span });
}

/** Indexes of tables in lists go to the name before them. */
function stepsOf(key: readonly (string | number)[]): readonly string[] {
  const steps: string[] = [];
  for (const step of key) {
    if (typeof step === 'string') steps.push(step.toLowerCase());
    else steps.push(`${steps.pop() ?? ''}[${step}]`);
  }
  return steps;
}

function valueAt(node: AST.TOMLValue, source: SourceText): Value {
  const [start, end] = node.range;
  const quote = node.kind === 'string' ? (node.multiline ? 3 : 1) : 0;
  const span = source.span(start + quote, Math.max(start + quote, end - quote));
  const text = String(node.value);
  return /\{\{|\$\{/.test(text) ? unresolved(text, span, 'a template fills it') : written(text, span);
}
