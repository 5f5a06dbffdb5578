import { gatherHost } from '../host/gather.ts';
import { judgeEndpoints } from '../judge/judge.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { HostReport } from '../model/host.ts';
import { type Coverage, PORT_STATES, type PortTally, type ResultDocument, type Trouble } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import { boundAddresses } from '../relate/binding.ts';
import { exposuresOf } from '../relate/exposure.ts';
import type { Machine } from '../system/machine.ts';
import type { System } from '../system/ports.ts';
import { type Answer, askListeners } from './check-answers.ts';
import { doorsOf, groupEndpoints, unaskedEndpoint } from './check-endpoints.ts';
import { questionsOf } from './check-questions.ts';
import { judgedRelations } from './check-relations.ts';
import type { CheckRequest } from './check-request.ts';
import { verdictOf } from './check-verdict.ts';
import { resultDocument } from './document.ts';
import { hostAddresses } from './host-addresses.ts';

export interface CheckOptions {
  readonly request: CheckRequest;
  readonly catalogue: Catalogue;
  readonly machine: Machine;
}

export interface CheckOutcome {
  readonly document: ResultDocument & { readonly host: HostReport };
  readonly interrupted: boolean;
}

/** Reads this host, asks what listens on it, judges. Nothing is changed. */
export async function checkHost({ request, catalogue, machine }: CheckOptions, system: System): Promise<CheckOutcome> {
  const startedAt = system.clock.now();
  const observed = await gatherHost(machine, catalogue);
  const { addresses, omitted } = hostAddresses(machine.live ? system.host.networks() : []);
  const asks = request.probe && machine.live;
  const { questions, left } = questionsOf(observed.listeners, addresses, request.ports);
  const answers = asks ? await askListeners(questions, addresses, request, catalogue, system) : [];

  const doors = doorsOf(observed.listeners, answers, catalogue);
  const { firewall } = observed;
  const exposures = exposuresOf(doors, addresses, ({ port, listeners: at }) =>
    firewall.judge(
      port,
      at.flatMap((listener) => boundAddresses(listener, addresses)),
      at,
    ),
  );
  const { listed, judged } = endpointsOf(doors, answers, addresses, catalogue);
  const endpointFindings = judgeEndpoints(judged, catalogue, request.failOn);
  const relations = { exposures, doors, listeners: observed.listeners, ages: [], firewall: firewall.state };
  const others = judgeSubjects(judgedRelations(relations, catalogue), catalogue, request.failOn);
  const findings = inUrgency([...endpointFindings.findings, ...others.findings]);
  const undecided = [...endpointFindings.undecided, ...others.undecided];
  const interrupted = system.interrupt.aborted;
  const document = resultDocument({
    command: 'check',
    catalogue,
    startedAt,
    finishedAt: system.clock.now(),
    endpoints: listed,
    findings,
    coverage: { ...coverageOf(answers, listed), addresses: addresses.length, undecided, complete: !interrupted },
    troubles: [...observed.troubles, ...omittedTroubles(omitted, left)],
  });
  const host: HostReport = {
    platform: machine.platform,
    superuser: machine.superuser,
    asked: asks,
    addresses,
    listeners: observed.listeners.map(({ settings: _settings, ...listener }) => listener),
    firewall: firewall.state,
    exposures,
    keyFiles: [],
    verdict: verdictOf(findings, exposures, listed, asks),
  };
  return { document: { ...document, host }, interrupted };
}

function endpointsOf(
  doors: ReturnType<typeof doorsOf>,
  answers: readonly Answer[],
  addresses: HostReport['addresses'],
  catalogue: Catalogue,
) {
  const heard = answers.flatMap(({ endpoint }) => endpoint ?? []);
  const silent = doors.flatMap((door): Endpoint[] => {
    const service = catalogue.services.find(({ id }) => id === door.service.id);
    const spoke = door.answers.some(({ endpoint }) => endpoint?.service);
    return spoke || !service ? [] : [unaskedEndpoint(door, service, addresses)];
  });
  const silentPorts = new Set(silent.map(({ port }) => port));
  return groupEndpoints([...heard.filter(({ port }) => !silentPorts.has(port)), ...silent]);
}

function coverageOf(
  answers: readonly Answer[],
  endpoints: readonly Endpoint[],
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
    connections: heard.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function inUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

function omittedTroubles(
  omitted: ReturnType<typeof hostAddresses>['omitted'],
  left: ReturnType<typeof questionsOf>['left'],
): Trouble[] {
  void left;
  return omitted.map(({ address, why }) => ({ kind: 'not-covered', where: address, what: why }));
}
