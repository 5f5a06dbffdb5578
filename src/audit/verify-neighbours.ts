import type { NeverIndex } from '../catalogue/never.ts';
import { controlRequest } from '../catalogue/request.ts';
import type { Transport } from '../model/exchange.ts';
import type { Expectation } from '../model/expectation.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { Reach } from '../model/target.ts';
import { type Knock, knock } from '../network/verify/knock.ts';
import type { Network, OpeningOptions } from '../system/ports.ts';
import { reachOf } from '../targets/scope.ts';
import { type Place, placesBeside } from './verify-places.ts';
import type { Neighbours } from './verify-request.ts';
import type { VerifyTarget } from './verify-target.ts';

/*
 * The door beside the gate: the same service, or one that goes with it, where the gate does not stand.
 */

export interface NeighbourOptions {
  readonly catalogue: Catalogue;
  readonly service: Service;
  readonly opened: VerifyTarget;
  readonly neighbours: Neighbours;
  readonly transport: Transport;
  readonly token: string;
  readonly never: NeverIndex;
  readonly assumeReach: Reach | null;
  readonly opening: OpeningOptions;
}

export async function neighbourRows(network: Network, options: NeighbourOptions): Promise<Expectation[]> {
  const { catalogue, service, opened, transport, neighbours, token, never, opening } = options;
  const rows: Expectation[] = [];
  for (const place of placesBeside(opened, service, catalogue, transport === 'tls', neighbours)) {
    const found = await knock(network, place.target, catalogue, place.services, controlRequest(token), never, opening);
    rows.push(...rowsFor(place, found, options));
  }
  return rows;
}

const NOBODY: Readonly<Record<string, string>> = {
  refused: 'nothing listens there',
  unreachable: 'nothing listens there',
  'no-connection': 'no connection in time',
};

function rowsFor({ target, what, clear }: Place, found: Knock, options: NeighbourOptions): Expectation[] {
  const { id, name } = found.status === 'somebody' ? found.service : options.service;
  const literal = target.host.includes(':') ? `[${target.host}]` : target.host;
  const scheme = found.status === 'somebody' && found.transport === 'tls' ? 'https' : 'http';
  const place = {
    host: target.host,
    address: target.address,
    port: target.port,
    url: `${scheme}://${literal}:${target.port}${target.basePath}/`,
    reach: options.assumeReach ?? reachOf(target.address),
    service: { id, name },
    class: null,
    sent: `no credential, ${what}`,
    expected: 'refused',
    side: false,
    standsFor: [],
  } as const;
  const closed =
    found.status === 'nobody' ? NOBODY[found.reason] : clear && found.transport === 'tls' ? 'TLS only' : null;
  if (closed) {
    const said = { got: 'refused', status: null, verdict: 'held', reason: closed } as const;
    return [{ ...place, check: 'neighbour', request: 'connection', ...said }];
  }
  if (found.status === 'nobody') {
    const said = { got: 'unknown', status: null, verdict: 'unknown', reason: found.reason } as const;
    return [{ ...place, check: 'neighbour', request: 'connection', ...said }];
  }
  const { seen, request } = found;
  // Whatever else answers there is another service, and its answers are no concern of this run.
  const other = seen.got === 'unknown' && seen.status !== null && seen.status < 500;
  const got = other ? 'refused' : seen.got;
  const row: Expectation = {
    ...place,
    check: 'neighbour',
    request,
    got,
    status: seen.status,
    verdict: got === 'unknown' ? 'unknown' : got === 'refused' ? 'held' : 'broken',
    ...(other ? { reason: 'something else is served there' } : seen.reason ? { reason: seen.reason } : {}),
  };
  const unencrypted = options.transport === 'tls' && found.transport === 'plaintext' && seen.got !== 'unknown';
  if (!unencrypted) return [row];
  const sibling: Expectation = {
    ...row,
    check: 'plaintext-sibling',
    expected: 'absent',
    got: 'present',
    verdict: 'broken',
    reason: 'the same answers without TLS',
  };
  return [row, sibling];
}
