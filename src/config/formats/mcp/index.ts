import { Collector } from '../../deployment/collector.ts';
import type { Value } from '../../deployment/value.ts';
import { readJson } from '../../json/read-json.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import { entries, get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { ConfigFormat } from '../format.ts';
import { flatten, scalarValue } from '../settings/flatten.ts';
import { clientSwitches } from '../shell/client-switches.ts';
import { startedBy } from '../shell/processes.ts';
import { Scope } from '../shell/scope.ts';
import { ScriptRun } from '../shell/script.ts';

/** Lists of MCP servers that a client starts or calls (`mcpServers`, VS Code's `servers`, Zed's `context_servers`). */
export const mcp: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readJson(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const root = documents[0] ?? null;
    const lists = ['mcpServers', 'servers', 'context_servers'].map((key) => get(root, key) ?? get(root, 'mcp', key));
    for (const { key, value } of lists.flatMap((list) => entries(list))) {
      const id = `${source.file.split('\0')[0]}#${key}`;
      addCommand(id, key, value, context.example, out);
      addRemote(id, value, out);
    }
    return out.declarations;
  },
};

function addCommand(id: string, name: string, server: YamlNode, example: boolean, out: Collector): void {
  const command = scalar(get(server, 'command'));
  if (!command) return;
  const words = [command, ...items(get(server, 'args'))].flatMap((item) =>
    item.kind === 'scalar' ? [ExpandedText.of(scalarValue(item))] : [],
  );
  addHeaders(id, words, out);
  const scope = new Scope();
  for (const { key, value } of entries(get(server, 'env')))
    if (value.kind === 'scalar') scope.set(key, ExpandedText.of(scalarValue(value)), true);
  const run = new ScriptRun().words(words, server.span, scope);
  for (const one of run.commands) {
    for (const client of clientSwitches(one)) out.clients.push(client);
    const started = startedBy(one, () => id, example);
    if (!started) continue;
    out.processes.push({ ...started.process, id, name, aliases: [name] });
    for (const publication of started.publications) out.publications.push({ ...publication, process: id });
    for (const reference of started.references) out.references.push(reference);
  }
}

/** A server elsewhere, and what is sent to it to be let in. */
function addRemote(id: string, server: YamlNode, out: Collector): void {
  const [url] = ['url', 'serverUrl', 'httpUrl'].flatMap((key) => scalar(get(server, key)) ?? []);
  if (!url) return;
  out.settings.push({ setting: 'url', value: scalarValue(url), process: id });
  for (const { setting, value } of flatten(get(server, 'headers') ?? null)) addHeader(id, setting, value, out);
}

/** `--header "Authorization: Bearer x"` of a program that calls on behalf of the client (`mcp-remote`). */
function addHeaders(id: string, words: readonly ExpandedText[], out: Collector): void {
  for (const [place, { masked }] of words.entries()) {
    const next = words[place + 1];
    if (!next || !/^(?:-H|--headers?)$/.test(masked)) continue;
    const colon = /^([\w-]+)\s*:\s*/.exec(next.masked);
    if (colon) addHeader(id, colon[1] ?? '', next.slice(colon[0].length), out);
  }
}

/** What a server asks its callers to show is issued by whoever runs it: only what looks like one is taken for one. */
function addHeader(id: string, header: string, value: Value, out: Collector): void {
  if (!/authorization|key|token|secret/i.test(header)) return;
  if (value.kind === 'unresolved' || /\$\{|^<|^YOUR|\{\{/i.test(value.text)) return;
  const scheme = /^(Bearer|Basic|Token)\s+/i.exec(value.text)?.[0].length ?? 0;
  // `Authorization` is no name of a secret: its client's token is.
  const setting = /^(?:proxy-)?authorization$/i.test(header) ? `${header} client token` : header;
  out.credentials.push({ setting, value: ExpandedText.of(value).slice(scheme), process: id });
}
