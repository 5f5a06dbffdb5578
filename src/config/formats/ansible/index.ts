import { Collector } from '../../deployment/collector.ts';
import type { DeclaredMode } from '../../deployment/declarations.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import { embeddedPart, embeddedScalar } from '../../yaml/embedded.ts';
import { pythonMode, rewriteMode } from '../../yaml/mode.ts';
import { entries, get, items, scalar, type YamlEntry, type YamlNode } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat, ReadContext } from '../format.ts';
import { scalarValue } from '../settings/flatten.ts';
import { switchesIn } from '../settings/verification.ts';
import { declarationsOf } from '../shell/index.ts';
import { Scope } from '../shell/scope.ts';
import { ScriptRun } from '../shell/script.ts';
import { containerProcess } from './container.ts';

/** Playbooks and task files. */
export const ansible: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readYaml(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const tasks = documents.flatMap((document) => tasksIn(document ?? undefined, 0)).slice(0, 2_000);
    for (const task of tasks) await addTask(task, source, context, out);
    const given = tasks.flatMap(entries).filter(({ key }) => GIVEN.test(key));
    for (const { value } of given) addPairs(value, 0, out);
    for (const client of switchesIn(
      given.map(({ value }) => value),
      source.text,
    ))
      out.clients.push(client);
    return out.declarations;
  },
};

/** What a task puts together for others. */
const GIVEN = /(^|\.)(loop|with_items|vars|set_fact)$/;

const NESTING = new Set(['tasks', 'pre_tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']);

function tasksIn(node: YamlNode | undefined, depth: number): YamlNode[] {
  if (node?.kind !== 'list' || depth > 8) return [];
  return node.items.flatMap((item) => {
    const inner = entries(item).filter(({ key }) => NESTING.has(key));
    return inner.length > 0 ? inner.flatMap(({ value }) => tasksIn(value, depth + 1)) : [item];
  });
}

async function addTask(task: YamlNode, source: SourceText, context: ReadContext, out: Collector): Promise<void> {
  const scope = new Scope();
  for (const { key, value } of entries(get(task, 'environment')))
    if (value.kind === 'scalar') scope.set(key, ExpandedText.of(scalarValue(value)), true);
  for (const entry of entries(task)) {
    const module = entry.key.replace(/^.*\./, '');
    if (/^(shell|command|raw)$/.test(module)) await addCommand(entry, scope, source, context, out);
    else if (/^(docker|podman)_container$/.test(module)) {
      const { process, publications } = containerProcess(`${source.file}#${entry.span.start}`, entry, context.example);
      out.processes.push(process);
      for (const publication of publications) out.publications.push(publication);
    } else if (FILE_MODULES.test(module)) await addFile(module, entry, source, context, out);
    else if (module === 'k8s')
      await addParts('kubernetes', ['definition', 'resource_definition'], entry, source, context, out);
    else if (module === 'helm')
      await addParts('helm-values', ['values', 'release_values'], entry, source, context, out);
    const certificates = scalar(get(entry.value, 'validate_certs'));
    if (certificates) {
      const off = /^(no|false|off|0)$/i.test(certificates.text);
      out.clients.push({
        setting: `${module}: validate_certs`,
        verification: off ? 'off' : 'on',
        caFile: null,
        value: scalarValue(certificates),
        harmless: false,
        byDefault: false,
      });
    }
  }
}

/** `- { name: A_VERIFY, value: b }`: variables that are put together for something else. */
function addPairs(node: YamlNode, depth: number, out: Collector): void {
  if (depth > 3) return;
  for (const { value } of entries(node)) addPairs(value, depth + 1, out);
  for (const item of items(node).slice(0, 500)) {
    const name = scalar(get(item, 'name'))?.text ?? '';
    const value = scalar(get(item, 'value'));
    if (value && /^[A-Z][A-Z0-9_]+$/.test(name)) out.variables.push({ name, value: scalarValue(value) });
  }
}

/** What a task hands on stands in it as in a file of its own, or as the text of one. */
async function addParts(
  format: string,
  keys: readonly string[],
  { value }: YamlEntry,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  for (const key of keys) {
    const given = get(value, key);
    for (const part of given?.kind === 'list' ? given.items : given ? [given] : []) {
      if (part.kind === 'map') out.add(await context.nested(format, embeddedPart(source, part, null)));
      else if (part.kind === 'scalar' && part.style === 'block')
        out.add(await context.nested(format, embeddedScalar(source, part, null)));
    }
  }
}

const FILE_MODULES =
  /^(copy|template|file|blockinfile|lineinfile|get_url|assemble|unarchive|openssl_privatekey|x509_certificate|ini_file|replace)$/;

async function addFile(
  module: string,
  entry: YamlEntry,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  const at = (key: string) => scalar(get(entry.value, key));
  const path = at('dest') ?? at('path') ?? at('name');
  const mode = at('mode');
  const content = at('content') ?? at('block') ?? at('line');
  if (!path) return;
  if (content) out.add(await context.nested(null, embeddedScalar(source, content, path.text)));
  if (!mode || /^(preserve|\{\{)/.test(mode.text) || at('state')?.text === 'directory') return;
  const value = scalarValue(mode);
  const declared: DeclaredMode = {
    path: scalarValue(path),
    bits: value.kind === 'unresolved' ? null : pythonMode(mode),
    mode: value,
    owner: at('owner')?.text ?? null,
    group: at('group')?.text ?? null,
    holds: module === 'openssl_privatekey' ? 'private-key' : null,
    rewrite: rewriteMode(mode),
    span: mode.span,
  };
  out.modes.push(declared);
}

async function addCommand(
  { value }: YamlEntry,
  scope: Scope,
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  const line = scalar(value) ?? scalar(get(value, 'cmd'));
  const run = new ScriptRun();
  if (line) {
    const text = line.text.replace(/\{\{|\}\}/g, '__');
    run.read(text, { file: source.file, offset: (inner) => line.offset(inner) }, scope);
  } else {
    const words = items(get(value, 'argv')).flatMap((item) =>
      item.kind === 'scalar' ? [ExpandedText.of(scalarValue(item))] : [],
    );
    if (words.length === 0) return;
    run.words(words, value.span, scope);
  }
  out.add({ ...(await declarationsOf(run.finish(), source, context, String(value.span.start))), troubles: [] });
}
