import type { Catalogue, Service } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import { reachOf } from '../targets/scope.ts';
import type { Neighbours } from './verify-request.ts';
import type { VerifyTarget } from './verify-target.ts';

/** Where the same service may answer beside its gate. */
export interface Place {
  readonly target: AdmittedTarget;
  /** As the end of "no credential, …". */
  readonly what: string;
  /** What may stand there, the most likely first. */
  readonly services: readonly Service[];
  /** The door itself without TLS: whoever speaks TLS there after all is the door that was proved. */
  readonly clear?: true;
}

/** Plain HTTP and HTTPS, where proxies listen. */
const FRONT_PORTS = [80, 443];

/**
 * Other addresses of the name, the bare address, the other loopback, the same port in clear, other ports of the host,
 * and what the user named. What may not be dialled is not among them.
 */
export function placesBeside(
  { scope, targets, url }: VerifyTarget,
  service: Service,
  catalogue: Catalogue,
  encrypted: boolean,
  neighbours: Neighbours,
): Place[] {
  if (neighbours === 'none') return [];
  const [main, ...others] = targets;
  const { address, port, basePath } = main;
  const same = [service];
  const friends = catalogue.services.filter(({ id }) => service.verify.beside.includes(id));
  const places: Place[] = others.map((target) => ({ target, what: `to ${target.address}`, services: same }));
  const add = (what: string, candidate: Parameters<typeof scope.admit>[0], services: readonly Service[]): void => {
    const admission = scope.admit(candidate);
    if (admission.status === 'admitted') places.push({ target: admission.target, what, services });
  };
  if (url.point === null)
    add('to the address instead of the name', { address, port, scheme: url.scheme, basePath }, same);
  const twin = otherLoopback(address);
  if (twin !== null && !targets.some((target) => target.address === twin))
    add(`to ${twin}`, { address: twin, port, basePath }, same);
  const inClear = scope.admit({ host: main.host, address, port, basePath, scheme: 'http' });
  if (encrypted && inClear.status === 'admitted')
    places.push({ target: inClear.target, what: 'in clear to the same port', services: same, clear: true });

  const here = (ports: readonly number[], services: readonly Service[]): void => {
    for (const other of [...new Set(ports)].sort((a, b) => a - b)) {
      if (other !== port) add(`to port ${other}`, { host: main.host, address, port: other }, services);
    }
  };
  if (neighbours !== 'usual') {
    here(neighbours.ports, [service, ...friends]);
    for (const point of neighbours.points) add(`to ${point.address}, port ${point.port}`, point, [service, ...friends]);
    return places;
  }
  here([...portsOf(service), ...FRONT_PORTS], same);
  for (const friend of friends) here(portsOf(friend), [friend]);
  return places;
}

function portsOf({ ports }: Service): number[] {
  return ports.map(({ port }) => port);
}

/** Both are this machine, and a service may listen on either. */
function otherLoopback(address: string): string | null {
  if (reachOf(address) !== 'loopback') return null;
  return address.includes(':') ? '127.0.0.1' : '::1';
}
