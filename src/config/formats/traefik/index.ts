import { Collector } from '../../deployment/collector.ts';
import { fromTree } from '../../traefik/from-tree.ts';
import type { TraefikSetting } from '../../traefik/setting.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { ConfigFormat } from '../format.ts';

/** Traefik's own files, static and dynamic. What they mean is known when all that tells Traefik is put together. */
export const traefik: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const settings: TraefikSetting[] = [];
    if (/\.toml\b/i.test(source.file)) {
      const { fromToml } = await import('../../traefik/from-toml.ts');
      const toml = fromToml(source);
      settings.push(...toml.settings);
      if (toml.trouble) out.trouble(source.span(toml.trouble.at, toml.trouble.at), toml.trouble.what);
    } else {
      const { documents, troubles } = readYaml(source);
      for (const { span, what } of troubles) out.trouble(span, what);
      for (const document of documents) if (document) settings.push(...fromTree(document));
    }
    for (const { path, values, span } of settings) {
      const role = /^tls\.certificates\[\d+\]\.(certfile|keyfile)$/.exec(path.join('.'))?.[1];
      const [file] = values;
      if (!role || !file) continue;
      const known = role === 'keyfile' ? 'private-key' : 'certificate';
      out.references.push({ path: file, role: known, optional: false, span });
    }
    out.traefik.push({ settings, container: null, span: source.span(0, 0), example: context.example });
    return out.declarations;
  },
};
