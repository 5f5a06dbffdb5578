import type { Endpoint } from '../model/endpoint.ts';
import { type Coverage, PORT_STATES, type PortTally, type Trouble } from '../model/result.ts';
import type { Answer } from './check-answers.ts';
import type { HostAddresses } from './host-addresses.ts';

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

export function omittedTroubles(omitted: HostAddresses['omitted']): Trouble[] {
  return omitted.map(({ address, why }) => ({ kind: 'not-covered', where: address, what: why }));
}
