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
  undecided(rule: string, endpoint: Endpoint): readonly string[] | null;
  /** How the probe of a door ended, or null when the run does not say. */
  portState(endpoint: Endpoint): PortState | null;
}

export function placesOf(document: ResultDocument): Places {
  const byDoor = new Map(document.endpoints.map((endpoint) => [doorOf(endpoint), endpoint]));
  const byPlace = new Map(document.endpoints.map((endpoint) => [placeKey(endpoint), endpoint]));
  const undecided = new Map(
    document.coverage.undecided.map(({ rule, location, missing }) => [`${rule}\n${doorOf(location)}`, missing]),
  );
  const states = new Map(
    (document.coverage.watched ?? []).map(({ address, port, state }) => [`${address}\n${port}`, state]),
  );
  return {
    endpointOf: ({ location }) => byDoor.get(doorOf(location)) ?? null,
    counterpart: (endpoint) => byPlace.get(placeKey(endpoint)) ?? null,
    undecided: (rule, endpoint) => undecided.get(`${rule}\n${doorOf(endpoint)}`) ?? null,
    portState: ({ address, host, port }) => states.get(`${address ?? host}\n${port}`) ?? null,
  };
}

/** The same door in every run: no URL, because a door that got TLS is still that door. */
export function placeKey({ origin, host, port, basePath }: Endpoint): string {
  return [origin, host, port, basePath].join('\n');
}

/** Within one document a URL tells apart what shares host and port. */
function doorOf(place: Pick<Endpoint, 'host' | 'port' | 'url'> | Location): string {
  return [place.host ?? '', place.port ?? '', place.url ?? ''].join('\n');
}
