import type { Surroundings } from '../model/advice.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { HostAddress, Listener } from '../model/host.ts';
import type { Service } from '../model/service.ts';
import { type Reach, widthOf } from '../model/target.ts';
import { boundAddresses, isLoopback } from '../relate/binding.ts';
import type { Door } from '../relate/exposure.ts';
import type { Answer } from './check-answers.ts';

/** What is said of a service, whether the prober knows it or only its deployment is known. */
export type ServiceName = Pick<Service, 'id' | 'name' | 'kind'>;

/** Doors behind which an AI service is, by what it answered or else by its process. */
export function doorsOf(
  listeners: readonly Listener[],
  answers: readonly Answer[],
  services: readonly ServiceName[],
): Door[] {
  const ports = [...new Set(listeners.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.flatMap((port): Door[] => {
    const here = listeners.filter((listener) => listener.port === port);
    const said = answers.filter((answer) => answer.port === port);
    const service = serviceOf(here, said, services);
    return service ? [{ port, service, listeners: here, answers: said }] : [];
  });
}

/** An answer settles it; a process name counts where the door gave nothing away. */
function serviceOf(
  listeners: readonly Listener[],
  answers: readonly Answer[],
  services: readonly ServiceName[],
): ServiceName | null {
  const heard = answers.map(({ endpoint }) => endpoint?.service).find(Boolean);
  const id = heard?.id ?? listeners.find(({ recognised }) => recognised !== null)?.recognised?.service;
  return services.find((service) => service.id === id) ?? null;
}

/**
 * One endpoint for each address that answered. Where the same door answers alike on several addresses, the one with the
 * widest reach is judged and the others are its siblings: one mistake is one finding.
 */
export function groupEndpoints(endpoints: readonly Endpoint[]): {
  readonly listed: Endpoint[];
  readonly judged: Endpoint[];
} {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const { port, service, transport, basePath, auth, speech } = endpoint;
    const key = [port, service?.id, transport, basePath, auth.overall, speech].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), endpoint]);
  }
  const judged = [...groups.values()].flatMap((group) => {
    const [widest, ...others] = [...group].sort(byWidth);
    return widest ? [{ ...widest, siblings: others.map(placeOf).sort() }] : [];
  });
  const judgedPlaces = new Map(judged.map((endpoint) => [placeOf(endpoint), endpoint]));
  return { judged, listed: endpoints.map((endpoint) => judgedPlaces.get(placeOf(endpoint)) ?? endpoint) };
}

/** The widest reach first; of equals the IPv4 address, which people know. */
function byWidth(
  a: { readonly reach: Reach; readonly address: string | null },
  b: { readonly reach: Reach; readonly address: string | null },
): number {
  const six = (text: string | null): number => (text?.includes(':') ? 1 : 0);
  return widthOf(b.reach) - widthOf(a.reach) || six(a.address) - six(b.address);
}

function placeOf({ address, port }: Endpoint): string {
  return `${address?.includes(':') ? `[${address}]` : address}:${port}`;
}

/** A recognised door that was not asked, or did not answer: the endpoint as its socket shows it. */
export function unaskedEndpoint(door: Door, service: ServiceName, addresses: readonly HostAddress[]): Endpoint {
  const bound = door.listeners.flatMap((listener) => boundAddresses(listener, addresses));
  const widest = [...bound].sort(byWidth)[0];
  const address = widest?.address ?? door.listeners[0]?.address ?? null;
  const wide = door.listeners.some((listener) => !isLoopback(listener.address));
  return {
    origin: 'local',
    host: address,
    address,
    port: door.port,
    url: null,
    transport: 'plaintext',
    reach: widest?.reach ?? (wide ? 'unknown' : 'loopback'),
    speech: 'silent',
    basePath: '',
    service: { id: service.id, name: service.name, kind: service.kind, version: null, confidence: 'medium' },
    auth: {
      overall: 'unknown',
      operations: { identity: 'unknown', inventory: 'unknown', inference: 'unknown', admin: 'unknown' },
      schemes: [],
      doors: [],
    },
    cors: 'unknown',
    hostCheck: 'unknown',
    conditions: [],
    advisories: [],
    intermediaries: [],
    tls: null,
    siblings: [],
    evidence: [],
    requests: 0,
    connections: 0,
    notes: [
      `recognised by its ${door.listeners.find(({ recognised }) => recognised)?.recognised?.by ?? 'process'}; not asked`,
    ],
  };
}

/** How what listens on a port runs. A container's port is passed on to it, unless it has the host's own network. */
export function surroundingsOf(listeners: readonly Listener[], port: number | null): Surroundings {
  const here = listeners.filter((listener) => listener.port === port);
  if (here.some(({ forwardsTo }) => forwardsTo !== null)) return 'container';
  const process = here.find((listener) => listener.process !== null)?.process;
  if (!process) return 'unknown';
  return process.container === null ? 'program' : 'host-network';
}
