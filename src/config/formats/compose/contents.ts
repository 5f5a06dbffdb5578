import { Collector } from '../../deployment/collector.ts';
import type { Declarations } from '../../deployment/declarations.ts';
import type { SourceText } from '../../source/source-text.ts';
import { embeddedScalar } from '../../yaml/embedded.ts';
import { get, items, scalar, type YamlNode } from '../../yaml/node.ts';
import type { ReadContext } from '../format.ts';
import { topLevel } from './project.ts';
import { processId } from './service.ts';

/** `configs:` with `content:`: a file that stands in this one, read as what its place in the container says it is. */
export async function configContents(
  root: YamlNode | null,
  project: string,
  source: SourceText,
  context: ReadContext,
): Promise<Declarations> {
  const out = new Collector();
  const contents = new Map(
    topLevel(root, 'configs').flatMap(({ key, value }) => {
      const content = scalar(get(value, 'content'));
      return content ? [[key, content] as const] : [];
    }),
  );
  for (const { key, value } of contents.size > 0 ? topLevel(root, 'services') : []) {
    for (const item of items(get(value, 'configs'))) {
      const name = (scalar(item) ?? scalar(get(item, 'source')))?.text ?? '';
      const content = contents.get(name);
      const file = content?.span.file === source.file ? source : await context.neighbour(content?.span.file ?? '');
      if (!content || !file) continue;
      const target = scalar(get(item, 'target'))?.text ?? `/${name}`;
      // `$$` is how Compose writes `$`; a blank in its place leaves every other place where it is.
      const embedded = embeddedScalar(file, content, target);
      const inner = await context.nested(null, { ...embedded, text: embedded.text.replaceAll('$$', () => ' $') });
      const process = processId(project, key);
      out.add({
        ...inner,
        // What the file is for is the service; it starts nothing of its own.
        processes: [],
        publications: [],
        proxies: inner.proxies.map((proxy) => ({ ...proxy, process })),
        settings: inner.settings.map((setting) => ({ ...setting, process })),
      });
    }
  }
  return out.declarations;
}
