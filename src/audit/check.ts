import { gatherHost } from '../host/gather.ts';
import { agreedUpon } from '../judge/agreed.ts';
import { judgeEndpoints } from '../judge/judge.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import { judgedPolicy } from '../judge/policy-subject.ts';
import type { Deployable } from '../model/deploy.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Finding } from '../model/finding.ts';
import type { HostReport } from '../model/host.ts';
import type { PolicyRow } from '../model/policy.ts';
import type { ResultDocument } from '../model/result.ts';
import { SEVERITIES } from '../model/rule.ts';
import type { Catalogue } from '../model/service.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { boundAddresses } from '../relate/binding.ts';
import { exposuresOf } from '../relate/exposure.ts';
import { holdAgainst } from '../relate/policy.ts';
import type { Machine } from '../system/machine.ts';
import type { System } from '../system/ports.ts';
import type { TrustStores } from '../tls/chain.ts';
import { type Answer, askListeners } from './check-answers.ts';
import { checkCertificates, inspectAnswers } from './check-certificates.ts';
import { checkConfiguration } from './check-configuration.ts';
import { checkCoverage, linkLocalTroubles, watchedDoors } from './check-coverage.ts';
import { doorsOf, groupEndpoints, type ServiceName, surroundingsOf, unaskedEndpoint } from './check-endpoints.ts';
import { type Mending, mendKeyFiles } from './check-fixes.ts';
import { checkKeys } from './check-keys.ts';
import { questionsOf } from './check-questions.ts';
import { judgedRelations } from './check-relations.ts';
import type { CheckRequest } from './check-request.ts';
import { verdictOf } from './check-verdict.ts';
import { resultDocument } from './document.ts';
import { hostAddresses } from './host-addresses.ts';
import { setAside } from './set-aside.ts';
import type { TlsInspector } from './tls-inspector.ts';

export interface CheckOptions {
  readonly request: CheckRequest;
  readonly catalogue: Catalogue;
  /** As deployment meets them. */
  readonly services: readonly Deployable[];
  readonly machine: Machine;
  /** What may listen here; null: no policy. */
  readonly policy: readonly PolicyRow[] | null;
  /** Looks at the TLS of what answers; null: it is not looked at. */
  readonly inspector: TlsInspector | null;
  /** Takes access to keys away from everybody; null: nothing is changed. */
  readonly mending: Mending | null;
  readonly tables: TlsTables;
  readonly stores: TrustStores;
  /** Ports asked, of how many. */
  onProgress(done: number, of: number): void;
  /** `address:port` of doors that earlier runs found; left out: nothing is compared. */
  readonly watch?: ReadonlySet<string>;
}

export interface CheckOutcome {
  readonly document: ResultDocument & { readonly host: HostReport };
  readonly interrupted: boolean;
}

/** Reads this host, asks what listens on it, judges. Nothing is changed without `mending`. */
export async function checkHost(options: CheckOptions, system: System): Promise<CheckOutcome> {
  const { request, catalogue, machine } = options;
  const startedAt = system.clock.now();
  const observed = await gatherHost(machine, options.services);
  const { addresses, linkLocal } = hostAddresses(machine.live ? system.host.networks() : []);
  const asks = request.probe && machine.live;
  const { questions } = questionsOf(observed.listeners, addresses, request.ports);
  const answers = asks ? await askListeners(questions, addresses, request, catalogue, system, options.onProgress) : [];

  const { firewall } = observed;
  const names = [...catalogue.services, ...options.services];
  const doors = doorsOf(observed.listeners, answers, names);
  const exposures = exposuresOf(doors, addresses, ({ port, listeners: at }) =>
    firewall.judge(
      port,
      at.flatMap((listener) => boundAddresses(listener, addresses)),
      at,
      addresses,
    ),
  );
  const { listed, judged } = endpointsOf(doors, answers, addresses, names);
  const now = startedAt.getTime();
  const found = options.mending ? await mendKeyFiles(observed.keyFiles, machine, options.mending) : observed.keyFiles;
  const keys = await checkKeys(found, observed.renewals, { ...options, now });
  await inspectAnswers(answers, judged, options.inspector);
  const tls = options.inspector?.conclude(catalogue, request.failOn, judged) ?? null;

  const written = await checkConfiguration(observed.configuration, options, system);
  const { listeners, ages } = observed;
  const relations = { exposures, doors, listeners, ages, firewall: firewall.state, facts: written.facts };
  const policy = options.policy === null ? [] : holdAgainst(options.policy, exposures, listed, tls?.tls ?? []);
  const subjects = [...judgedRelations(relations, catalogue), ...policy.map(judgedPolicy)];
  const ofKeys = judgeSubjects(keys.subjects, catalogue, request.failOn);
  const parts = [
    judgeEndpoints(judged, catalogue, request.failOn, ({ port }) => surroundingsOf(observed.listeners, port)),
    judgeSubjects(subjects, catalogue, request.failOn),
    { ...ofKeys, findings: setAside(ofKeys.findings, (path) => keys.idle.get(path) ?? null) },
    tls,
    written,
  ];
  const judgements = parts.flatMap((part) => part?.findings ?? []);
  const findings = inUrgency(agreedUpon(judgements, catalogue.rules, policy));
  const interrupted = system.interrupt.aborted;
  const document = resultDocument({
    command: 'check',
    catalogue,
    startedAt,
    finishedAt: system.clock.now(),
    endpoints: listed,
    findings,
    coverage: {
      ...checkCoverage(answers, listed, options.inspector?.connections ?? 0),
      addresses: addresses.length,
      undecided: parts.flatMap((part) => part?.undecided ?? []),
      complete: !interrupted,
      ...(options.watch && machine.live
        ? { watched: watchedDoors(options.watch, answers, observed.listeners, addresses) }
        : {}),
    },
    troubles: [...observed.troubles, ...written.troubles, ...linkLocalTroubles(linkLocal)],
  });
  const host: HostReport = {
    platform: machine.platform,
    superuser: machine.superuser,
    asked: asks,
    addresses,
    listeners: observed.listeners.map(({ settings: _settings, ...listener }) => listener),
    firewall: firewall.state,
    exposures,
    keyFiles: keys.keyFiles,
    verdict: verdictOf(findings, exposures, listed, asks),
  };
  const certificates = checkCertificates(tls?.certificates ?? [], keys.sightings);
  return { document: { ...document, tls: tls?.tls ?? [], certificates, host }, interrupted };
}

function endpointsOf(
  doors: ReturnType<typeof doorsOf>,
  answers: readonly Answer[],
  addresses: HostReport['addresses'],
  names: readonly ServiceName[],
) {
  const heard = answers.flatMap(({ endpoint }) => endpoint ?? []);
  const silent = doors.flatMap((door): Endpoint[] => {
    const service = names.find(({ id }) => id === door.service.id);
    const spoke = door.answers.some(({ endpoint }) => endpoint?.service);
    return spoke || !service ? [] : [unaskedEndpoint(door, service, addresses)];
  });
  const silentPorts = new Set(silent.map(({ port }) => port));
  return groupEndpoints([...heard.filter(({ port }) => !silentPorts.has(port)), ...silent]);
}

function inUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}
