import { Collector } from '../../deployment/collector.ts';
import type { ConfigFormat } from '../format.ts';
import { type Globals, globalsOf, siteAddress } from './address.ts';
import { clientBarrier } from './gates.ts';
import { expandImports } from './imports.ts';
import type { Token } from './lexer.ts';
import type { Asked } from './matchers.ts';
import { routesOf } from './routes.ts';
import type { Segment } from './syntax.ts';
import { declaredTls, makesPolicy, tlsReferences } from './tls.ts';
import { valueAt } from './values.ts';

export const caddyfile: ConfigFormat = {
  async read(source, context) {
    const { segments, troubles } = await expandImports(source, context);
    const out = new Collector();
    out.troubles.push(...troubles);
    const options = segments[0]?.name.text === '{' ? segments[0] : null;
    const globals = globalsOf(options?.block ?? []);
    const admin = options?.block?.find(({ name }) => name.text === 'admin')?.args[0];
    if (admin) out.settings.push({ setting: 'caddy admin', value: valueAt(admin), process: null });
    const found = source.text.includes('_regexp') ? (await import('../../gates/pattern.ts')).found : () => undefined;
    for (const site of sitesOf(options ? segments.slice(1) : segments)) {
      readSite(site, { globals, found, example: context.example, out });
    }
    return out.declarations;
  },
};

interface Site {
  readonly addresses: readonly Token[];
  readonly block: readonly Segment[];
  readonly segment: Segment;
}

/** Sites with braces; or, where the first line opens none, one site that is all of the file. */
function sitesOf(segments: readonly Segment[]): readonly Site[] {
  const [first, ...rest] = segments;
  if (first && !first.block && first.name.text !== 'import') {
    return [{ addresses: addressesOf(first), block: rest, segment: first }];
  }
  return segments.flatMap((segment) =>
    segment.block ? [{ addresses: addressesOf(segment), block: segment.block, segment }] : [],
  );
}

function addressesOf({ name, args }: Segment): readonly Token[] {
  return [name, ...args].filter(({ text }) => text !== ',');
}

interface Around {
  readonly globals: Globals;
  readonly found: Asked['found'];
  readonly example: boolean;
  readonly out: Collector;
}

function readSite({ addresses, block, segment }: Site, { globals, found, example, out }: Around): void {
  const tls = block.find(({ name }) => name.text === 'tls');
  const bind = block.find(({ name }) => name.text === 'bind')?.args ?? [];
  const doors = addresses.map((token) => siteAddress(token, globals, tls !== undefined && makesPolicy(tls), bind));
  const listeners = doors.map(({ listener }) => listener);
  const declared = tls ? declaredTls(tls) : null;
  const client = declared ? clientBarrier(declared.clientCertificate, listeners) : [];
  const barriers = client.map((barrier) => () => barrier);
  const hosts = doors.flatMap(({ host }) => (host ? [host] : []));
  const routes = routesOf(block, { path: '/', hosts, barriers, added: [], named: new Map(), found, out, depth: 0 });
  if (declared && listeners.some((listener) => listener.tls !== 'off')) out.tls.push({ ...declared, hosts });
  if (tls) out.references.push(...tlsReferences(tls));
  if (routes.length === 0) return;
  out.proxies.push({ software: 'caddy', listeners, routes, span: segment.span, example });
}
