import { Collector } from '../../deployment/collector.ts';
import { readJson } from '../../json/read-json.ts';
import { entries, get } from '../../yaml/node.ts';
import type { ConfigFormat } from '../format.ts';

/** Scripts of `package.json`: each is a line of shell. */
export const packageJson: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readJson(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    for (const { value } of entries(get(documents[0], 'scripts')).slice(0, 200)) {
      if (value.kind !== 'scalar' || value.text === '') continue;
      const embedded = {
        source,
        text: value.text,
        offsets: (inner: number) => value.offset(inner),
        name: 'package.json.sh',
        variables: [],
      };
      out.add(await context.nested('shell', embedded));
    }
    return out.declarations;
  },
};
