import { Collector } from '../../deployment/collector.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import { embeddedScalar } from '../../yaml/embedded.ts';
import { pythonMode, rewriteMode } from '../../yaml/mode.ts';
import { get, items, scalar, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat, EmbeddedText, ReadContext } from '../format.ts';
import { scalarValue } from '../settings/flatten.ts';
import { declarationsOf } from '../shell/index.ts';
import { Scope } from '../shell/scope.ts';
import { ScriptRun } from '../shell/script.ts';

/** `#cloud-config`: files it writes and commands it runs on a machine's first start. */
export const cloudInit: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readYaml(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const root = documents[0] ?? undefined;
    for (const file of items(get(root, 'write_files')).slice(0, 500)) await addFile(file, source, context, out);
    for (const key of ['bootcmd', 'runcmd'])
      await addCommands(items(get(root, key)).slice(0, 1_000), source, context, out);
    return out.declarations;
  },
};

async function addFile(file: YamlNode, source: SourceText, context: ReadContext, out: Collector): Promise<void> {
  const path = scalar(get(file, 'path'));
  if (!path) return;
  const content = scalar(get(file, 'content'));
  const encoded = /b64|base64|gz/i.test(scalar(get(file, 'encoding'))?.text ?? '');
  if (content && !encoded) out.add(await context.nested(null, embeddedScalar(source, content, path.text)));
  const mode = scalar(get(file, 'permissions'));
  const [owner = null, group = null] = scalar(get(file, 'owner'))?.text.split(':') ?? [];
  const value = mode ? scalarValue(mode) : null;
  out.modes.push({
    path: scalarValue(path),
    bits: mode ? (value?.kind === 'unresolved' ? null : pythonMode(mode)) : 0o644,
    // Without a word it is 0644 (cloudinit/config/cc_write_files.py, DEFAULT_PERMS).
    mode: value ?? { kind: 'default', text: '0644', span: path.span, via: [] },
    owner,
    group,
    holds: null,
    rewrite: mode ? rewriteMode(mode) : null,
    span: mode?.span ?? path.span,
  });
}

/** One script of all lines, as they are run (shellify() in cloudinit/util.py); lists of words are commands of their own. */
async function addCommands(
  commands: readonly YamlNode[],
  source: SourceText,
  context: ReadContext,
  out: Collector,
): Promise<void> {
  for (const command of commands) {
    const words = items(command).flatMap((item) =>
      item.kind === 'scalar' ? [ExpandedText.of(scalarValue(item))] : [],
    );
    if (words.length === 0) continue;
    const run = new ScriptRun().words(words, command.span, new Scope()).finish();
    out.add(await declarationsOf(run, source, context, String(command.span.start)));
  }
  const lines = commands.flatMap((command) => scalar(command) ?? []);
  if (lines.length > 0) out.add(await context.nested('shell', joined(lines, source)));
}

function joined(lines: readonly YamlScalar[], source: SourceText): EmbeddedText {
  const starts: number[] = [];
  let text = '';
  for (const line of lines) {
    starts.push(text.length);
    text += `${line.text}\n`;
  }
  const offsets = (inner: number): number => {
    const at = Math.max(
      0,
      starts.findLastIndex((start) => start <= inner),
    );
    return lines[at]?.offset(inner - (starts[at] ?? 0)) ?? 0;
  };
  return { source, text, offsets, name: null, variables: [] };
}
