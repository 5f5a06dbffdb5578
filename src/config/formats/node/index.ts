import { Collector } from '../../deployment/collector.ts';
import type { ConfigFormat } from '../format.ts';
import { addSettings } from './clients.ts';
import { addServers } from './servers.ts';
import { NodeSource } from './source.ts';

const ASIDE =
  /(^|\/)(tests?|__tests__|__mocks__|e2e|cypress|examples?|samples?|docs?|benchmarks?|stories|demos?)\/|\.(test|spec|stories|bench|e2e|mock)\.[cm]?[jt]sx?$/i;

/** JavaScript and TypeScript programs: where they listen, and whom they trust. */
export const node: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const file = source.file.split('\0')[0] ?? source.file;
    const aside = context.example || ASIDE.test(file);
    const parsed = new NodeSource(source.file, source.text, context.name ?? file);
    addServers(parsed, file, aside, out);
    addSettings(parsed, aside, out);
    if (parsed.broken) {
      const { at, what } = parsed.broken;
      out.trouble(source.span(at, at + 1), `node: ${what}; what follows may be missed`);
    }
    return out.declarations;
  },
};
