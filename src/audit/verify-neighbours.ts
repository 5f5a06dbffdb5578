import type { NeverIndex } from '../catalogue/never.ts';
import { controlRequest } from '../catalogue/request.ts';
import type { Transport } from '../model/exchange.ts';
import type { Expectation } from '../model/expectation.ts';
import type { Catalogue, Service } from '../model/service.ts';
import type { AdmittedTarget, Reach } from '../model/target.ts';
import { type Knock, knock } from '../network/verify/knock.ts';
import type { Network, OpeningOptions } from '../system/ports.ts';
import { reachOf } from '../targets/scope.ts';
import type { VerifyTarget } from './verify-target.ts';

/*
 * The door beside the gate: the same service on another port, another address of its name, or by its bare address.
 */

export interface NeighbourOptions {
  readonly catalogue: Catalogue;
  readonly service: Service;
  readonly opened: VerifyTarget;
  readonly ports: readonly number[] | null;
  readonly transport: Transport;
  readonly token: string;
  readonly never: NeverIndex;
  readonly assumeReach: Reach | null;
  readonly opening: OpeningOptions;
}

interface Place {
  readonly target: AdmittedTarget;
  readonly what: string;
}

/** Plain HTTP and HTTPS, where proxies listen. */
const FRONT_PORTS = [80, 443];

export async function neighbourRows(network: Network, options: NeighbourOptions): Promise<Expectation[]> {
  const { catalogue, service, token, never, opening } = options;
  const rows: Expectation[] = [];
  for (const { target, what } of placesBeside(options)) {
    const found = await knock(network, target, catalogue, service, controlRequest(token), never, opening);
    rows.push(...rowsFor(target, what, found, options));
  }
  return rows;
}

function placesBeside({ opened, service, ports }: NeighbourOptions): Place[] {
  const { scope, targets, url } = opened;
  const [main] = targets;
  const places: Place[] = targets.slice(1).map((target) => ({ target, what: `to ${target.address}` }));
  const add = (what: string, candidate: Parameters<typeof scope.admit>[0]): void => {
    const admission = scope.admit(candidate);
    if (admission.status === 'admitted') places.push({ target: admission.target, what });
  };
  const { address, port, basePath } = main;
  if (url.point === null) add('to the address instead of the name', { address, port, scheme: url.scheme, basePath });
  const own = ports ?? [...service.ports.map((known) => known.port), ...FRONT_PORTS];
  for (const other of [...new Set(own)].sort((a, b) => a - b)) {
    if (other !== port) add(`to port ${other}`, { host: main.host, address, port: other });
  }
  return places;
}

function rowsFor(target: AdmittedTarget, what: string, found: Knock, options: NeighbourOptions): Expectation[] {
  const { service } = options;
  const literal = target.host.includes(':') ? `[${target.host}]` : target.host;
  const scheme = found.status === 'somebody' && found.transport === 'tls' ? 'https' : 'http';
  const place = {
    host: target.host,
    address: target.address,
    port: target.port,
    url: `${scheme}://${literal}:${target.port}${target.basePath}/`,
    reach: options.assumeReach ?? reachOf(target.address),
    service: { id: service.id, name: service.name },
    class: null,
    side: false,
    standsFor: [],
  };
  const sent = `no credential, ${what}`;
  if (found.status === 'nobody') {
    const nobody = found.reason === 'refused' || found.reason === 'unreachable';
    const verdict = nobody ? 'held' : 'unknown';
    return [
      {
        ...place,
        check: 'neighbour',
        request: 'connection',
        sent,
        expected: 'refused',
        got: nobody ? 'refused' : 'unknown',
        status: null,
        verdict,
        reason: nobody ? 'nothing listens there' : found.reason,
      },
    ];
  }
  const { seen, request } = found;
  // Whatever else answers there is another service, and its answers are no concern of this run.
  const other = seen.got === 'unknown' && seen.status !== null && seen.status < 500;
  const got = other ? 'refused' : seen.got;
  const row: Expectation = {
    ...place,
    check: 'neighbour',
    request,
    sent,
    expected: 'refused',
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
