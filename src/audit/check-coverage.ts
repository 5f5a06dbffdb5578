import type { Endpoint } from '../model/endpoint.ts';
import type { HostAddress, Listener } from '../model/host.ts';
import { type Coverage, PORT_STATES, type PortTally, type Trouble, type WatchedDoor } from '../model/result.ts';
import { boundAddresses } from '../relate/binding.ts';
import type { Answer } from './check-answers.ts';

/** What was asked, counted. @param inspections connections of the TLS inspector */
export function checkCoverage(
  answers: readonly Answer[],
  endpoints: readonly Endpoint[],
  inspections: number,
): Omit<Coverage, 'addresses' | 'undecided' | 'complete'> {
  const tally = Object.fromEntries(
    PORT_STATES.map((state) => [state, answers.filter((answer) => answer.state === state).length]),
  ) as PortTally;
  const speaking = (speech: Endpoint['speech']): number => endpoints.filter((one) => one.speech === speech).length;
  const heard = answers.flatMap(({ endpoint }) => endpoint ?? []);
  return {
    excludedAddresses: 0,
    ports: [...new Set(answers.map(({ port }) => port))].sort((a, b) => a - b),
    probes: tally,
    http: speaking('http'),
    other: speaking('other'),
    silent: speaking('silent'),
    requests: heard.reduce((sum, { requests }) => sum + requests, 0),
    connections: heard.reduce((sum, { connections }) => sum + connections, 0) + inspections,
  };
}

/** One line for all of them: a host of many containers has as many. */
export function linkLocalTroubles(places: readonly string[]): Trouble[] {
  if (places.length === 0) return [];
  return [{ kind: 'not-covered', where: places.join(', '), what: 'link-local addresses are not asked' }];
}

/** How it stands with the doors that earlier runs found. What has no socket is closed, whether it was asked or not. */
export function watchedDoors(
  watch: ReadonlySet<string>,
  answers: readonly Answer[],
  listeners: readonly Listener[],
  addresses: readonly HostAddress[],
): WatchedDoor[] {
  return [...watch].sort().flatMap((door): WatchedDoor[] => {
    const at = door.lastIndexOf(':');
    const [address, port] = [door.slice(0, at), Number(door.slice(at + 1))];
    const answer = answers.find((one) => one.at.address === address && one.port === port);
    if (answer) return [{ address, port, state: answer.state }];
    const own = addresses.filter((one) => one.address === address);
    const bound = listeners.some((one) => one.port === port && boundAddresses(one, own).length > 0);
    return own.length > 0 && !bound ? [{ address, port, state: 'closed' }] : [];
  });
}
