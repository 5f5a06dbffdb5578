import { foundOnWire, judgedCertificate } from '../judge/certificate-subject.ts';
import type { Judgement } from '../judge/judge.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import { judgedSharedKey, judgedTwin } from '../judge/relation-subject.ts';
import { judgedTls } from '../judge/tls-subject.ts';
import type { CertificateRecord } from '../model/certificate.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { PortState, ResultDocument } from '../model/result.ts';
import type { RuleBook, Severity } from '../model/rule.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { TlsEndpoint } from '../model/tls.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { plaintextTwins } from '../relate/plaintext-twin.ts';
import { certificateRecords, inTlsOrder, type Sighting, sharedKeys } from '../relate/tls.ts';
import type { System } from '../system/ports.ts';
import type { TlsWire } from '../system/tls-ports.ts';
import { reachOf } from '../targets/scope.ts';
import type { TrustStores } from '../tls/chain.ts';
import { tlsFacts } from '../tls/facts.ts';
import { gatherTls } from '../tls/gather.ts';
import { repertoire as makeRepertoire } from '../tls/repertoire.ts';
import type { TlsRequest } from './tls-request.ts';
import { turnstiles } from './turnstile.ts';

/** What the inspector needs of a request; `scan` fills it from its own options. */
export type InspectionRequest = Omit<
  TlsRequest,
  'targets' | 'lists' | 'ports' | 'exclude' | 'excludeLists' | 'allowPublic' | 'failOn'
>;

export interface InspectorParts {
  readonly request: InspectionRequest;
  readonly tables: TlsTables;
  /** Trusted certificates by address. */
  readonly stores: (address: string | null) => TrustStores;
  readonly wire: TlsWire;
}

export type Inspected =
  | { readonly status: 'found'; readonly endpoint: TlsEndpoint }
  | { readonly status: 'silent'; readonly state: PortState; readonly reason: string };

export interface TlsFindingsOfRun extends Judgement {
  readonly tls: readonly TlsEndpoint[];
  readonly certificates: readonly CertificateRecord[];
}

/** Inspects ports one by one and keeps what it saw; `scan` and `tls` both use it. */
export interface TlsInspector {
  readonly connections: number;
  inspect(target: AdmittedTarget): Promise<Inspected>;
  /** Judges everything seen. `endpoints`: of the same run, so that plaintext twins of TLS endpoints are found. */
  conclude(catalogue: RuleBook, failOn: Severity, endpoints: readonly Endpoint[]): TlsFindingsOfRun;
}

/** Octets of one connection: room for a long chain. */
const MAX_BYTES = 512 * 1024;

/** @param earlier what an interrupted run had found already */
export function createTlsInspector(
  { request, tables, stores, wire }: InspectorParts,
  system: System,
  earlier: Pick<ResultDocument, 'tls' | 'certificates'> = {},
): TlsInspector {
  const repertoire = makeRepertoire(tables);
  const turnstile = turnstiles(request, system.clock, system.interrupt);
  const { connectTimeoutMs, responseTimeoutMs: totalTimeoutMs, mode, identity, userAgent, pins } = request;
  const token = [system.host.random(), system.host.random()].map((part) => part.toString(16).padStart(8, '0')).join('');
  // What an interruption cut short is replaced when a resumed run asks again.
  const endpoints = new Map((earlier.tls ?? []).map((endpoint) => [identityOf(endpoint), endpoint]));
  const sightings: Sighting[] = (earlier.certificates ?? []).flatMap((record) =>
    record.places.map((place) => ({ certificate: record, role: record.role, place, file: null })),
  );
  let connections = 0;

  return {
    get connections() {
      return connections;
    },
    async inspect(target) {
      const observation = await gatherTls(wire, target, {
        mode,
        serverName: request.serverName ?? undefined,
        repertoire,
        limits: { connectTimeoutMs, totalTimeoutMs, maxBytes: MAX_BYTES },
        turnstile: turnstile(target.address),
        identity,
        path: `/postern-${token}`,
        userAgent,
        signal: system.interrupt,
      });
      connections += observation.connections;
      const { scouting } = observation;
      if (scouting.speech === 'silent') return silent(scouting.detail);
      const reach = request.assumeReach ?? reachOf(target.address);
      const now = system.clock.now().getTime();
      const { endpoint, certificates } = tlsFacts(observation, {
        tables,
        repertoire,
        stores: stores(target.address),
        pins,
        reach,
        now,
      });
      endpoints.set(identityOf(endpoint), endpoint);
      const leaves = new Set(endpoint.identities.map(({ certificate }) => certificate));
      const place = { host: target.host, address: target.address, port: target.port };
      for (const { facts } of certificates) {
        const role = leaves.has(facts.fingerprint) ? 'leaf' : 'issuer';
        sightings.push({ certificate: facts, role, place, file: null });
      }
      return { status: 'found', endpoint };
    },
    conclude(catalogue, failOn, others) {
      const tls = inTlsOrder([...endpoints.values()]);
      const certificates = certificateRecords(sightings);
      const known = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
      const now = system.clock.now().getTime();
      const subjects = [
        ...tls.map(judgedTls),
        ...tls
          .flatMap((one) => foundOnWire(one, known))
          .map((found) => judgedCertificate(found, tables.lifetimes, now)),
        ...sharedKeys(certificates).map(judgedSharedKey),
        ...plaintextTwins(others).map(judgedTwin),
      ];
      return { tls, certificates, ...judgeSubjects(subjects, catalogue, failOn) };
    },
  };
}

function identityOf({ host, address, port, serverName }: TlsEndpoint): string {
  return [host, address, port, serverName].join('\n');
}

function silent(detail: string): Inspected {
  const [state, reason] = SILENCES[detail] ?? ['error', detail];
  return { status: 'silent', state, reason };
}

const SILENCES: Readonly<Record<string, readonly [PortState, string]>> = {
  refused: ['closed', 'the connection was refused'],
  timeout: ['filtered', 'no answer in time'],
  unreachable: ['unreachable', 'the host cannot be reached'],
  budget: ['skipped', 'the connection budget is used up'],
  cancelled: ['skipped', 'interrupted'],
  resources: ['error', 'this machine has no more descriptors or ports'],
};
