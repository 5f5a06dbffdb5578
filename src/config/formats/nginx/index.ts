import { Collector } from '../../deployment/collector.ts';
import type { ConfigFormat } from '../format.ts';
import { expandIncludes } from './include.ts';
import { inside, type Scope } from './scope.ts';
import { type Around, readFragment, readServer } from './server.ts';
import { surroundingHttp } from './surroundings.ts';
import type { Directive } from './syntax.ts';
import { declaredTls, tlsReferences } from './tls.ts';
import { worldOf } from './world.ts';

export const nginx: ConfigFormat = {
  async read(source, context) {
    const { directives, troubles, patterned } = await expandIncludes(source, context);
    const out = new Collector();
    out.troubles.push(...troubles);
    const blocks = (name: string): readonly Directive[] => directives.filter((one) => one.name === name && one.block);
    const https = blocks('http');
    const streams = blocks('stream');
    const around = https.length === 0 && streams.length === 0 ? await surroundingHttp(source.file, context) : null;
    const inHttp = [directives, ...https.map(({ block }) => block ?? [])];
    // Patterns are rare, and what runs them takes as long to load as all the rest.
    const found = patterned ? (await import('../../gates/pattern.ts')).found : () => undefined;
    const world = worldOf(
      [...(around ? [around.directives] : []), ...inHttp, ...streams.map(({ block }) => block ?? [])],
      found,
    );
    const top = inside(around, directives);
    const servers = (scope: Scope, layer: Around['layer']): void => {
      const settings: Around = { world, layer, example: context.example };
      for (const server of scope.directives) {
        if (server.name === 'server' && server.block) readServer(server, scope, settings, out);
      }
    };
    servers(top, 'http');
    for (const { block, span } of https) {
      const scope = inside(top, block ?? []);
      const before = out.tls.length;
      servers(scope, 'http');
      // What all servers inherit counts also where those are in files of their own.
      const inherited = declaredTls(inside(null, scope.directives), span);
      if (inherited && out.tls.length === before) out.tls.push(inherited);
      out.references.push(...tlsReferences(scope));
    }
    for (const { block } of streams) servers(inside(top, block ?? []), 'stream');
    if (!directives.some(({ name }) => name === 'server' || name === 'http' || name === 'stream')) {
      readFragment(directives, { world, layer: 'http', example: context.example }, out);
    }
    return out.declarations;
  },
};
