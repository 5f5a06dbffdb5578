import type { EarlierSight, Endpoint } from '../model/endpoint.ts';
import type { Location } from '../model/finding.ts';
import type { ResultDocument } from '../model/result.ts';
import { canonical, distinct } from './order.ts';

/** An endpoint as one document has it, with when it was seen. */
interface Sight {
  readonly endpoint: Endpoint;
  readonly at: string;
}

export interface Places {
  readonly endpoints: readonly Endpoint[];
  /** Whether what a document says of a place is the latest that is known of it. */
  latest(document: ResultDocument, location: Location): boolean;
}

/**
 * The latest sight of every endpoint. What earlier runs saw is kept beside it, all of it, so that merging in any order
 * and any grouping gives the same.
 */
export function mergePlaces(documents: readonly ResultDocument[]): Places {
  const sights = new Map<string, Sight[]>();
  const times = new Map<string, string>();
  for (const document of documents) {
    for (const endpoint of document.endpoints) {
      const at = endpoint.seenAt ?? document.finishedAt;
      const key = identity(endpoint);
      sights.set(key, [...(sights.get(key) ?? []), { endpoint, at }]);
    }
    for (const [door, at] of doors(document)) {
      const known = times.get(door);
      if (known === undefined || known < at) times.set(door, at);
    }
  }
  const seen = new Map(documents.map((document) => [document, doors(document)]));
  return {
    endpoints: [...sights.values()].map(latestOf),
    latest(document, location) {
      const door = doorOf(location);
      const mine = door === null ? undefined : seen.get(document)?.get(door);
      return door === null || mine === undefined || mine === times.get(door);
    },
  };
}

function latestOf(sights: readonly Sight[]): Endpoint {
  const [latest, ...others] = [...sights].sort(
    (a, b) => compare(b.at, a.at) || compare(canonical(bare(a.endpoint)), canonical(bare(b.endpoint))),
  );
  if (latest === undefined) throw new Error('an endpoint nobody saw');
  const mine = summary(latest);
  const earlier = distinct([
    ...sights.flatMap(({ endpoint }) => endpoint.superseded ?? []),
    ...others.map(summary),
  ]).filter((sight) => canonical(sight) !== canonical(mine));
  const endpoint = { ...bare(latest.endpoint), seenAt: latest.at };
  return earlier.length === 0 ? endpoint : { ...endpoint, superseded: earlier };
}

function bare({ superseded: _superseded, seenAt: _seenAt, ...endpoint }: Endpoint): Endpoint {
  return endpoint;
}

function summary({ endpoint, at }: Sight): EarlierSight {
  const { service, transport, auth } = endpoint;
  return { at, service: service?.id ?? null, version: service?.version ?? null, transport, auth: auth.overall };
}

/** When a document looked at each of its ports. */
function doors(document: ResultDocument): Map<string, string> {
  const times = new Map<string, string>();
  for (const { site, host, address, port, seenAt } of [...document.endpoints, ...(document.tls ?? [])]) {
    for (const name of new Set([host, address])) {
      if (name === null || port === null) continue;
      const door = [site ?? '', name, port].join('\n');
      const at = seenAt ?? document.finishedAt;
      if ((times.get(door) ?? '') < at) times.set(door, at);
    }
  }
  return times;
}

function doorOf({ kind, site, host, port }: Location): string | null {
  return kind === 'endpoint' && host !== undefined && port !== undefined ? [site ?? '', host, port].join('\n') : null;
}

function identity({ site, origin, address, port, host, basePath }: Endpoint): string {
  return [site ?? '', origin, address, port, host, basePath].join('\n');
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
