import pLimit from 'p-limit';
import { foundOnWire, judgedCertificate } from '../judge/certificate-subject.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import { judgedSharedKey } from '../judge/relation-subject.ts';
import { judgedTls } from '../judge/tls-subject.ts';
import type { CertificateRecord } from '../model/certificate.ts';
import type { Coverage, PortState, ResultDocument, Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { TlsEndpoint } from '../model/tls.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { certificateRecords, inTlsOrder, type Sighting, sharedKeys } from '../relate/tls.ts';
import type { System } from '../system/ports.ts';
import type { TlsWire } from '../system/tls-ports.ts';
import { reachOf } from '../targets/scope.ts';
import type { TargetSpace } from '../targets/space.ts';
import type { TrustStores } from '../tls/chain.ts';
import { tlsFacts } from '../tls/facts.ts';
import { gatherTls } from '../tls/gather.ts';
import { repertoire as makeRepertoire } from '../tls/repertoire.ts';
import { resultDocument } from './document.ts';
import type { TlsRequest } from './tls-request.ts';
import { turnstiles } from './turnstile.ts';

export interface TlsAuditOptions {
  readonly request: TlsRequest;
  readonly space: TargetSpace;
  readonly troubles: readonly Trouble[];
  readonly catalogue: Catalogue;
  readonly tables: TlsTables;
  readonly stores: (address: string | null) => TrustStores;
  readonly wire: TlsWire;
  onProgress(done: number, of: number): void;
}

export interface TlsOutcome {
  readonly document: ResultDocument;
  readonly interrupted: boolean;
}

/** Octets of one connection: room for a long chain. */
const MAX_BYTES = 512 * 1024;

/** Inspects every port of the space, so many at once, and judges what was found. */
export async function auditTls(options: TlsAuditOptions, system: System): Promise<TlsOutcome> {
  const { request, space, catalogue, tables } = options;
  const startedAt = system.clock.now();
  const repertoire = makeRepertoire(tables);
  const turnstile = turnstiles(request, system.clock, system.interrupt);
  const limits = {
    connectTimeoutMs: request.connectTimeoutMs,
    totalTimeoutMs: request.responseTimeoutMs,
    maxBytes: MAX_BYTES,
  };
  const path = `/postern-${[system.host.random(), system.host.random()].map((part) => part.toString(16).padStart(8, '0')).join('')}`;
  const tally: Record<PortState, number> = { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 };
  const troubles: Trouble[] = [...options.troubles];
  const endpoints: TlsEndpoint[] = [];
  const sightings: Sighting[] = [];
  let connections = 0;

  const examine = async (target: AdmittedTarget): Promise<void> => {
    if (system.interrupt.aborted) {
      tally.skipped += 1;
      return;
    }
    const { mode, identity, userAgent } = request;
    const observation = await gatherTls(options.wire, target, {
      mode,
      serverName: request.serverName ?? undefined,
      repertoire,
      limits,
      turnstile: turnstile(target.address),
      identity,
      path,
      userAgent,
      signal: system.interrupt,
    });
    connections += observation.connections;
    const { scouting } = observation;
    if (scouting.speech === 'silent') {
      const state = STATES[scouting.detail] ?? 'error';
      tally[state] += 1;
      if (space.size === 1 || state === 'error')
        troubles.push({
          kind: 'no-answer',
          where: placeText(target),
          what: SENTENCES[scouting.detail] ?? scouting.detail,
        });
      return;
    }
    tally.open += 1;
    const reach = request.assumeReach ?? reachOf(target.address);
    const now = system.clock.now().getTime();
    const { endpoint, certificates } = tlsFacts(observation, {
      tables,
      repertoire,
      stores: options.stores(target.address),
      pins: request.pins,
      reach,
      now,
    });
    endpoints.push(endpoint);
    const leaves = new Set(endpoint.identities.map(({ certificate }) => certificate));
    const place = { host: target.host, address: target.address, port: target.port };
    for (const { facts } of certificates)
      sightings.push({
        certificate: facts,
        role: leaves.has(facts.fingerprint) ? 'leaf' : 'issuer',
        place,
        file: null,
      });
    if (endpoint.lacks.length > 0 && mode === 'full')
      troubles.push(
        ...endpoint.lacks.map(({ check, reason }) => ({
          kind: 'tls-unknown',
          where: placeText(target),
          what: `${check}: ${reason}`,
        })),
      );
  };

  const limit = pLimit(request.parallel);
  let done = 0;
  // Targets are taken as places become free: a wide range is never a queue of promises.
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < space.size) {
      const index = next;
      next += 1;
      await examine(space.at(index));
      done += 1;
      options.onProgress(done, space.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.parallel, space.size) }, () => limit(worker)));

  const ordered = inTlsOrder(endpoints);
  const certificates = certificateRecords(sightings);
  const judgement = judge(ordered, certificates, options, system.clock.now().getTime());
  const interrupted = system.interrupt.aborted;
  const coverage: Coverage = {
    addresses: space.addressCount,
    excludedAddresses: space.excludedCount,
    ports: space.ports,
    probes: tally,
    http: 0,
    other: ordered.filter(({ speech }) => speech !== 'tls').length,
    silent: 0,
    requests: ordered.reduce((sum, { clientCertificate }) => sum + clientCertificate.trials.length, 0),
    connections,
    undecided: judgement.undecided,
    complete: !interrupted,
  };
  const parts = {
    command: 'tls',
    catalogue,
    startedAt,
    finishedAt: system.clock.now(),
    endpoints: [],
    findings: judgement.findings,
    coverage,
    troubles,
  };
  return { document: { ...resultDocument(parts), tls: ordered, certificates }, interrupted };
}

function judge(
  endpoints: readonly TlsEndpoint[],
  certificates: readonly CertificateRecord[],
  options: TlsAuditOptions,
  now: number,
) {
  const byFingerprint = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
  const found = endpoints.flatMap((endpoint) => foundOnWire(endpoint, byFingerprint));
  const subjects = [
    ...endpoints.map(judgedTls),
    ...found.map((one) => judgedCertificate(one, options.tables.lifetimes, now)),
    ...sharedKeys(certificates).map(judgedSharedKey),
  ];
  return judgeSubjects(subjects, options.catalogue, options.request.failOn);
}

const STATES: Readonly<Record<string, PortState>> = {
  refused: 'closed',
  timeout: 'filtered',
  unreachable: 'unreachable',
  budget: 'skipped',
  cancelled: 'skipped',
  resources: 'error',
};

const SENTENCES: Readonly<Record<string, string>> = {
  refused: 'the connection was refused',
  timeout: 'no answer in time',
  unreachable: 'the host cannot be reached',
  budget: 'the connection budget is used up',
  resources: 'this machine has no more descriptors or ports',
};

function placeText({ host, port }: AdmittedTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
