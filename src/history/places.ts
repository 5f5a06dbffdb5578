import type { Endpoint } from '../model/endpoint.ts';
import type { Finding, Location } from '../model/finding.ts';
import type { PortState, ResultDocument } from '../model/result.ts';

/** What can be looked up in one document. */
export interface Places {
  /** The endpoint a finding of this document is about. */
  endpointOf(finding: Finding): Endpoint | null;
  /** The endpoint at the place of one from another document. */
  counterpart(endpoint: Endpoint): Endpoint | null;
  /** Fields for want of which a rule was not decided there, or null when it was. */
  undecided(rule: string, at: Door): readonly string[] | null;
  /** Whether TLS was looked at there. */
  inspected(at: Door): boolean;
  /** How the probe of a door ended, or null when the run does not say. */
  portState(endpoint: Endpoint): PortState | null;
}

type Door = Pick<Endpoint, 'host' | 'port'> | Location;

export function placesOf(document: ResultDocument): Places {
  const byDoor = new Map(document.endpoints.map((endpoint) => [doorOf(endpoint), endpoint]));
  const byPlace = new Map(document.endpoints.map((endpoint) => [placeKey(endpoint), endpoint]));
  const byPort = new Map(document.endpoints.map((endpoint) => [portOf(endpoint), endpoint]));
  const inspected = new Set(
    (document.tls ?? []).filter(({ speech }) => speech === 'tls').map((endpoint) => portOf(endpoint)),
  );
  const undecided = new Map(
    document.coverage.undecided.map(({ rule, location, missing }) => [`${rule}\n${portOf(location)}`, missing]),
  );
  const states = new Map(
    (document.coverage.watched ?? []).map(({ address, port, state }) => [`${address}\n${port}`, state]),
  );
  return {
    // Findings about TLS are about a port and name no URL.
    endpointOf: ({ location }) => byDoor.get(doorOf(location)) ?? byPort.get(portOf(location)) ?? null,
    counterpart: (endpoint) => byPlace.get(placeKey(endpoint)) ?? null,
    undecided: (rule, at) => undecided.get(`${rule}\n${portOf(at)}`) ?? null,
    inspected: (at) => inspected.has(portOf(at)),
    portState: ({ address, host, port }) => states.get(`${address ?? host}\n${port}`) ?? null,
  };
}

/** The same door in every run: no URL, because a door that got TLS is still that door. */
export function placeKey({ origin, host, port, basePath }: Endpoint): string {
  return [origin, host, port, basePath].join('\n');
}

function portOf(place: Door): string {
  return [place.host ?? '', place.port ?? ''].join('\n');
}

/** Within one document a URL tells apart what shares host and port. */
function doorOf(place: Pick<Endpoint, 'host' | 'port' | 'url'> | Location): string {
  return [place.host ?? '', place.port ?? '', place.url ?? ''].join('\n');
}
