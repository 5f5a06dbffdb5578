import { bareProcess, Collector } from '../../deployment/collector.ts';
import { readJson } from '../../json/read-json.ts';
import type { SourceText } from '../../source/source-text.ts';
import { readToml } from '../../toml/read-toml.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat } from '../format.ts';
import { CLIENT_LINES, curlSwitches } from './client-files.ts';
import { type FlatSetting, flatten } from './flatten.ts';
import { readLines } from './lines.ts';
import { ownerOf } from './owners.ts';
import { verificationSwitches } from './verification.ts';

/** Settings files of programs: every key with its place, and the program they belong to where the file tells. */
export const settings: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const file = context.name ?? source.file.split('\0')[0] ?? source.file;
    const owner = ownerOf(file, source.text);
    const found = owner?.lines || CLIENT_LINES.test(file) ? readLines(source) : settingsIn(source, file, out);
    const id = owner ? `${file}#${owner.command[0]}` : null;
    for (const { setting, value } of found) out.settings.push({ setting, value, process: id });
    for (const client of [...verificationSwitches(found), ...curlSwitches(file, source)]) out.clients.push(client);
    const [first] = found;
    if (owner && id && first) {
      const span = source.span(first.value.span.start, first.value.span.end);
      out.processes.push({
        ...bareProcess(id, owner.command[0] ?? '', span),
        argv: owner.command.map((text) => ({ kind: 'default', text, span, via: [] })),
        // The file does not say whether what reads it is in a container.
        network: { kind: 'unresolved', span },
        example: context.example,
      });
    }
    return out.declarations;
  },
};

function settingsIn(source: SourceText, file: string, out: Collector): FlatSetting[] {
  if (/\.toml$/i.test(file)) return readToml(source).map(({ path, value }) => ({ setting: path.join('.'), value }));
  const { documents, troubles } = /\.json[c5]?$/i.test(file) ? readJson(source) : readYaml(source);
  for (const { span, what } of troubles) out.trouble(span, what);
  return documents.flatMap((document) => flatten(document));
}
