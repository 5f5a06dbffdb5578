import { Collector } from '../../deployment/collector.ts';
import { readJson } from '../../json/read-json.ts';
import { entries, get, type YamlEntry } from '../../yaml/node.ts';
import { clientBarrier } from '../caddyfile/gates.ts';
import { routesOf, type Step } from '../caddyfile/routes.ts';
import { declaredTls, tlsReferences } from '../caddyfile/tls.ts';
import type { ConfigFormat } from '../format.ts';
import { listenersOf, type StandardPorts, standardPorts } from './listen.ts';
import { MOST, Routing, routeLines } from './routes.ts';
import { certificateLines, policyLines } from './tls.ts';

/** Caddy's own configuration (https://caddyserver.com/docs/json/). */
export const caddyJson: ConfigFormat = {
  async read(source, context) {
    const out = new Collector();
    const { documents, troubles } = readJson(source);
    for (const { span, what } of troubles) out.trouble(span, what);
    const found = source.text.includes('_regexp') ? (await import('../../gates/pattern.ts')).found : () => undefined;
    for (const document of documents) {
      const apps = get(document, 'apps');
      const ports = standardPorts(get(apps, 'http'));
      for (const server of entries(get(apps, 'http', 'servers')))
        readServer(server, { ports, found, example: context.example, out });
      for (const pair of certificateLines(apps)) {
        out.tls.push(declaredTls(pair));
        out.references.push(...tlsReferences(pair));
      }
    }
    return out.declarations;
  },
};

interface Around {
  readonly ports: StandardPorts;
  readonly found: Step['found'];
  readonly example: boolean;
  readonly out: Collector;
}

function readServer({ keySpan, value: server }: YamlEntry, { ports, found, example, out }: Around): void {
  const listeners = listenersOf(server, ports);
  const policies = policyLines(server).map(declaredTls);
  if (listeners.some(({ tls }) => tls !== 'off')) out.tls.push(...policies);
  const [first] = policies;
  // One policy without it is a way around it.
  const asked = policies.every(({ clientCertificate }) => clientCertificate?.mode === 'required');
  const client = first && asked ? clientBarrier(first.clientCertificate, listeners) : [];
  const barriers = client.map((barrier) => () => barrier);
  const routing = new Routing(get(server, 'named_routes'));
  const lines = routeLines(get(server, 'routes'), routing);
  if (routing.exceeded) out.trouble(keySpan, `leads through more than ${MOST} routes; those beyond are not read`);
  const step: Step = { path: '/', hosts: [], barriers, added: [], named: new Map(), found, out, depth: 0 };
  const routes = routesOf(lines, step, true);
  if (routes.length > 0) out.proxies.push({ software: 'caddy', listeners, routes, span: keySpan, example });
}
