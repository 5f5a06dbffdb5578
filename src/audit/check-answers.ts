import pLimit from 'p-limit';
import { neverEntries } from '../catalogue/check.ts';
import { neverIndex } from '../catalogue/never.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Failure } from '../model/exchange.ts';
import type { HostAddress } from '../model/host.ts';
import type { PortState } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import { endpointFacts } from '../network/facts.ts';
import { gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import type { System } from '../system/ports.ts';
import { createScope, type Scope } from '../targets/scope.ts';
import type { Question } from './check-questions.ts';
import type { CheckRequest } from './check-request.ts';

/** What one address of this host said on one port. */
export interface Answer {
  readonly port: number;
  readonly at: HostAddress;
  /** Whether the socket table says that it listens there. */
  readonly bound: boolean;
  readonly state: PortState;
  readonly endpoint: Endpoint | null;
  readonly target: AdmittedTarget | null;
}

const MAX_HEADER_BYTES = 65_536;
const MAX_BODY_BYTES = 1_048_576;

/** Asks this host's listeners what they are, AI services on every address the host has. Progress counts ports. */
export async function askListeners(
  questions: readonly Question[],
  addresses: readonly HostAddress[],
  request: CheckRequest,
  catalogue: Catalogue,
  system: System,
  onProgress: (done: number, of: number) => void,
): Promise<Answer[]> {
  const network = await system.network();
  const scope = ownScope(addresses);
  const limit = pLimit(request.endpoints);
  const options = probeOptions(request, catalogue, system);

  const ask = async (port: number, at: HostAddress, bound: boolean): Promise<Answer> => {
    const admission = scope.admit({ address: at.address, port });
    if (admission.status === 'refused' || system.interrupt.aborted)
      return { port, at, bound, state: 'skipped', endpoint: null, target: null };
    const { target } = admission;
    const observation = await limit(() => gatherEndpoint(network, target, null, options));
    const state = stateOf(observation);
    const endpoint = state === 'open' ? endpointFacts(observation, catalogue, at.reach) : null;
    return { port, at, bound, state, endpoint: endpoint && { ...endpoint, origin: 'local' }, target };
  };

  const askPort = async ({ port, bound, others, service }: Question): Promise<Answer[]> => {
    const [first, ...rest] = bound;
    if (first === undefined) return [];
    const leading = await ask(port, first, true);
    // Where the first address says nothing, the next may: a firewall, or a name-based server.
    if (service === null && leading.endpoint !== null && leading.endpoint.service === null) return [leading];
    const everywhere = await Promise.all([
      ...rest.map((at) => ask(port, at, true)),
      ...(isAi(service, leading) ? others.map((at) => ask(port, at, false)) : []),
    ]);
    return [leading, ...everywhere];
  };

  let done = 0;
  const answers = await Promise.all(
    questions.map(async (question) => {
      const answered = await askPort(question);
      done += 1;
      onProgress(done, questions.length);
      return answered;
    }),
  );
  return answers.flat();
}

function isAi(recognised: string | null, { endpoint }: Answer): boolean {
  return recognised !== null || (endpoint !== null && endpoint.service !== null);
}

function stateOf(observation: Awaited<ReturnType<typeof gatherEndpoint>>): PortState {
  if (observation.speech !== 'silent' || observation.connections > 0) return 'open';
  return UNREACHED[observation.reason] ?? 'error';
}

const UNREACHED: Readonly<Partial<Record<Failure, PortState>>> = {
  refused: 'closed',
  reset: 'closed',
  timeout: 'filtered',
  unreachable: 'unreachable',
  cancelled: 'skipped',
};

/** This machine's own public addresses are its own to ask: packets to them never leave it. */
function ownScope(addresses: readonly HostAddress[]): Scope {
  const own = addresses.filter(({ reach }) => reach === 'public').map(({ address }) => address);
  return createScope({ allowPublic: own });
}

function probeOptions(request: CheckRequest, catalogue: Catalogue, system: System): ProbeOptions {
  return {
    catalogue,
    never: neverIndex(neverEntries(catalogue.services)),
    budget: request.budget,
    token: [system.host.random(), system.host.random()].map((part) => part.toString(16).padStart(8, '0')).join(''),
    passive: request.passive,
    basePaths: [],
    opening: {
      limits: {
        connectTimeoutMs: request.connectTimeoutMs,
        responseTimeoutMs: request.responseTimeoutMs,
        maxHeaderBytes: MAX_HEADER_BYTES,
        maxBodyBytes: MAX_BODY_BYTES,
      },
      userAgent: request.userAgent,
      headers: {},
      signal: system.interrupt,
    },
  };
}
