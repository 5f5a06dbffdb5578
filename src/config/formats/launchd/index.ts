import { bareProcess, Collector } from '../../deployment/collector.ts';
import type { Variable } from '../../deployment/declarations.ts';
import { type Value, written } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import type { SourceText } from '../../source/source-text.ts';
import type { ConfigFormat } from '../format.ts';
import { scopeOf } from '../shell/command-line.ts';
import { declarationsOf } from '../shell/index.ts';
import { ScriptRun } from '../shell/script.ts';
import { brokenXml } from './broken.ts';

/** Property lists of launchd: a program of the machine with its words and its environment. */
export const launchd: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const broken = context.example || source.text.includes('<%') ? null : brokenXml(source.text);
    if (broken) out.trouble(source.span(broken.at, broken.at), `launchd: not whole XML: ${broken.what}`);
    const tokens = tokensOf(source);
    const label = single(tokens, 'Label');
    const words = strings(tokens, 'ProgramArguments');
    const program = single(tokens, 'Program');
    const argv = words.length > 0 ? words : program ? [program] : [];
    const environment = dictionary(tokens, 'EnvironmentVariables');
    const [first] = argv;
    if (!first) {
      if (environment.length === 0 && !label && !broken) out.trouble(source.span(0, 0), 'launchd: no ProgramArguments');
      return out.declarations;
    }
    const name = label?.text ?? 'launchd';
    const user = single(tokens, 'UserName');
    const last = argv.at(-1) ?? first;
    const run = new ScriptRun().words(
      argv.map(ExpandedText.of),
      source.span(first.span.start, last.span.end),
      scopeOf(environment),
    );
    const declared = await declarationsOf(run.finish(), source, context, name);
    // The program itself where it starts no other.
    const processes =
      declared.processes.length > 0
        ? declared.processes
        : [{ ...bareProcess(`${source.file}#${name}`, name, first.span), argv, environment, example: context.example }];
    const directory = single(tokens, 'WorkingDirectory')?.text;
    out.add({
      ...declared,
      processes: processes.map((process) => ({
        ...process,
        user: process.user ?? user,
        directory: process.directory ?? directory,
      })),
    });
    return out.declarations;
  },
};

interface Token {
  readonly kind: 'open' | 'close' | 'text';
  readonly name: string;
  readonly value: Value;
}

const TOKEN =
  /<!--[\s\S]*?-->|<(dict|array)\s*>|<\/(dict|array)\s*>|<(key|string|integer|real)\s*>([^<]*)<\/\3\s*>|<(true|false|dict|array|string)\s*\/>/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function tokensOf(source: SourceText): Token[] {
  const tokens: Token[] = [];
  for (const match of source.text.matchAll(TOKEN)) {
    if (tokens.length > 50_000) break;
    const [all, open, close, name, text = '', empty] = match;
    const from = match.index + all.indexOf('>') + 1;
    const value = (inner: string, start = from): Value =>
      written(
        inner.replace(/&(\w+);/g, (entity, key: string) => ENTITIES.get(key) ?? entity),
        source.span(start, start + inner.length),
      );
    if (open) tokens.push({ kind: 'open', name: open, value: value('') });
    else if (close) tokens.push({ kind: 'close', name: close, value: value('') });
    else if (name) tokens.push({ kind: 'text', name, value: value(text) });
    else if (empty)
      tokens.push({ kind: 'text', name: empty, value: value(empty === 'string' ? '' : empty, match.index + 1) });
  }
  return tokens;
}

function after(tokens: readonly Token[], key: string): number {
  return tokens.findIndex((token) => token.name === 'key' && token.value.text === key) + 1;
}

function single(tokens: readonly Token[], key: string): Value | null {
  const token = tokens[after(tokens, key)];
  return token && token !== tokens[0] && token.kind === 'text' && token.name !== 'key' ? token.value : null;
}

function inside(tokens: readonly Token[], key: string, name: 'array' | 'dict'): readonly Token[] {
  const at = after(tokens, key);
  if (at === 0 || tokens[at]?.kind !== 'open' || tokens[at]?.name !== name) return [];
  const end = tokens.findIndex((token, index) => index > at && token.kind === 'close' && token.name === name);
  return tokens.slice(at + 1, end === -1 ? undefined : end);
}

function strings(tokens: readonly Token[], key: string): Value[] {
  return inside(tokens, key, 'array').flatMap((token) => (token.name === 'string' ? [token.value] : []));
}

function dictionary(tokens: readonly Token[], key: string): Variable[] {
  const list = inside(tokens, key, 'dict');
  return list.flatMap((token, index) => {
    const next = list[index + 1];
    return token.name === 'key' && next?.kind === 'text' && next.name !== 'key'
      ? [{ name: token.value.text, value: next.value }]
      : [];
  });
}
