import pLimit from 'p-limit';
import { neverEntries } from '../catalogue/check.ts';
import { neverIndex } from '../catalogue/never.ts';
import { remembering } from '../catalogue/remembering.ts';
import { judgeEndpoints } from '../judge/judge.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Coverage, ResultDocument, Trouble } from '../model/result.ts';
import type { Catalogue } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import { endpointFacts } from '../network/facts.ts';
import { gatherEndpoint, type ProbeOptions } from '../network/gather.ts';
import { relateSiblings } from '../relate/siblings.ts';
import type { Network, OpenConnection, SweepObserver, SweepProbe, System } from '../system/ports.ts';
import { permutation } from '../targets/permutation.ts';
import { reachOf, withServerName } from '../targets/scope.ts';
import { placeInWhole, shardSize } from '../targets/shard.ts';
import { resultDocument } from './document.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { ScanPosition, ScanRequest } from './scan-request.ts';
import type { ScanSpace } from './scan-space.ts';
import { scopeDigest } from './scope-digest.ts';
import { atSite } from './site.ts';
import type { TlsInspector } from './tls-inspector.ts';
import { createWatch } from './watch.ts';

/** What a progress line shows. */
export interface ScanProgress {
  readonly settled: number;
  readonly probes: number;
  readonly endpoints: number;
}

export interface ScanOptions {
  readonly request: ScanRequest;
  readonly opened: ScanSpace;
  readonly catalogue: Catalogue;
  readonly resume: { readonly position: ScanPosition; readonly earlier: ResultDocument } | null;
  /** `address:port` of doors that earlier runs found: the result says how each of them ended. */
  readonly watch?: ReadonlySet<string>;
  /** Looks closer at endpoints behind TLS; left out: it is not done. */
  readonly inspector?: TlsInspector | null;
  onProgress(progress: ScanProgress): void;
}

export interface ScanOutcome {
  readonly document: ResultDocument;
  readonly interrupted: boolean;
}

const MAX_HEADER_BYTES = 65_536;
/** Model lists of large installations run to a few hundred kilobytes. */
const MAX_BODY_BYTES = 1_048_576;
/** Descriptors left for exchanges, files and the runtime itself. */
const SPARE_DESCRIPTORS = 200;
const MIN_PARALLEL = 16;
/** Any number will do, as long as it never changes: the shards of one sweep may run under different releases. */
const SHARED_SEED = 0x706f_7374;

/** Sweeps, asks, judges. The interrupt signal ends it early with what there is. */
export async function scan(options: ScanOptions, system: System): Promise<ScanOutcome> {
  const { request, opened, catalogue, resume } = options;
  const startedAt = system.clock.now();
  const network = await system.network();
  const { shard } = request;
  // Machines that share the work must agree on the order without talking to each other.
  const seed = resume?.position.seed ?? (shard ? SHARED_SEED : system.host.random());
  const size = shard ? shardSize(opened.space.size, shard) : opened.space.size;
  const ledger = createLedger(size, resume?.position ?? null, resume?.earlier.coverage.probes ?? null);
  const examiner = createExaminer(options, network, system);
  const pressure = new Map<string, number>();
  const troubles: Trouble[] = [];
  const watched = createWatch(options);

  const observer: SweepObserver = {
    async open(probe, connection) {
      await examiner.examine(probe.target, connection);
      if (!system.interrupt.aborted) ledger.examined(probe.index);
      report();
    },
    settled(probe, state, reason) {
      ledger.settle(probe.index, state);
      watched.settle(probe.target, state);
      if (state === 'error')
        troubles.push({
          kind: 'probe-error',
          where: `${probe.target.address}:${probe.target.port}`,
          what: reason ?? 'unknown error',
        });
      report();
    },
    pressure(reason) {
      pressure.set(reason, (pressure.get(reason) ?? 0) + 1);
    },
  };
  const report = (): void =>
    options.onProgress({ settled: ledger.settled, probes: size, endpoints: examiner.found.size });

  const engine = await network.sweepEngine({
    engine: request.engine,
    probes: size,
    tell: (line) => system.terminal.err(`postern: ${line}\n`),
  });
  await engine.sweep(probes(ledger, options, seed), sweepLimits(request, system), observer, system.interrupt);
  await examiner.idle();

  const interrupted = system.interrupt.aborted && !ledger.complete;
  for (const [reason, times] of pressure)
    troubles.push({ kind: 'slowed-down', where: 'this machine', what: `${reason} (${times}×)` });
  const endpoints = relateSiblings([...examiner.found.values()], catalogue.services);
  const judged = judgeEndpoints(endpoints, catalogue, request.failOn);
  const inspected = options.inspector?.conclude(catalogue, request.failOn, endpoints) ?? null;
  const findings = [...judged.findings, ...(inspected?.findings ?? [])];
  const undecided = [...judged.undecided, ...(inspected?.undecided ?? [])];
  const coverage: Coverage = {
    addresses: opened.space.addressCount,
    excludedAddresses: opened.space.excludedCount,
    ...(opened.space.ranges === null ? {} : { ranges: opened.space.ranges }),
    ports: opened.space.ports,
    probes: ledger.tally(),
    ...withInspection(countSpeech(endpoints), options.inspector?.connections ?? 0),
    undecided,
    complete: !interrupted,
    ...watched.coverage(),
    ...(shard ? { shard: { ...shard, scope: scopeDigest(request, opened) } } : {}),
  };
  const document: ResultDocument = {
    ...resultDocument({
      command: 'scan',
      catalogue,
      startedAt,
      finishedAt: system.clock.now(),
      endpoints,
      findings,
      coverage,
      troubles: distinct([...opened.troubles, ...(resume?.earlier.troubles ?? []), ...troubles]),
    }),
    ...(inspected ? { tls: inspected.tls, certificates: inspected.certificates } : {}),
  };
  const labelled = request.site === null ? document : atSite(document, request.site);
  return {
    document: interrupted
      ? { ...labelled, resume: { request: resumable(request, opened), position: ledger.position(seed) } }
      : labelled,
    interrupted,
  };
}

/** What a resumed scan finds again is said once. */
function distinct(troubles: readonly Trouble[]): Trouble[] {
  return [...new Map(troubles.map((trouble) => [JSON.stringify(trouble), trouble])).values()];
}

/** Headers may be credentials; a resumed run is given them again. Names keep the addresses they had. */
function resumable(
  { headers: _headers, ...request }: ScanRequest,
  { resolved }: ScanSpace,
): Omit<ScanRequest, 'headers'> {
  return { ...request, resolved: Object.fromEntries(resolved) };
}

function* probes(
  ledger: Ledger,
  { opened, request: { shard } }: ScanOptions,
  seed: number,
): Generator<SweepProbe, void> {
  const order = permutation(opened.space.size, seed);
  for (let index = ledger.take(); index !== null; index = ledger.take())
    yield { index, target: opened.space.at(order(shard ? placeInWhole(index, shard) : index)) };
}

function sweepLimits(request: ScanRequest, system: System) {
  const descriptors = system.host.descriptorLimit();
  const room = descriptors === null ? request.parallel : Math.max(MIN_PARALLEL, descriptors - SPARE_DESCRIPTORS);
  const { perHost, rate, minTimeoutMs, maxTimeoutMs, retries } = request;
  return { parallel: Math.min(request.parallel, room), perHost, rate, minTimeoutMs, maxTimeoutMs, retries };
}

interface Examiner {
  readonly found: ReadonlyMap<string, Endpoint>;
  examine(target: AdmittedTarget, connection: OpenConnection): Promise<void>;
  idle(): Promise<void>;
}

/** Asks open ports what they are, so many at once; several names on one port are several endpoints. */
function createExaminer(options: ScanOptions, network: Network, system: System): Examiner {
  const { request } = options;
  const catalogue = remembering(options.catalogue);
  const found = new Map((options.resume?.earlier.endpoints ?? []).map((endpoint) => [identityOf(endpoint), endpoint]));
  const limit = pLimit(request.endpoints);
  const underWay = new Set<Promise<void>>();
  const probe: ProbeOptions = {
    catalogue,
    never: neverIndex(neverEntries(catalogue.services)),
    budget: request.budget,
    token: token(system),
    passive: request.passive,
    basePaths: request.basePaths,
    opening: {
      limits: {
        connectTimeoutMs: request.maxTimeoutMs,
        responseTimeoutMs: request.responseTimeoutMs,
        maxHeaderBytes: MAX_HEADER_BYTES,
        maxBodyBytes: MAX_BODY_BYTES,
      },
      userAgent: request.userAgent,
      headers: request.headers,
      signal: system.interrupt,
    },
  };
  const facts = async (target: AdmittedTarget, connection: OpenConnection | null): Promise<Endpoint> => {
    const reach = request.assumeReach ?? reachOf(target.address);
    return endpointFacts(await gatherEndpoint(network, target, connection, probe), catalogue, reach);
  };

  const examineAll = async (target: AdmittedTarget, connection: OpenConnection): Promise<void> => {
    if (system.interrupt.aborted) return connection.discard();
    const endpoint = await facts(target, connection);
    // Half asked is not examined: a resumed scan asks again.
    if (system.interrupt.aborted) return;
    found.set(identityOf(endpoint), endpoint);
    if (endpoint.transport === 'tls' && !system.interrupt.aborted) await options.inspector?.inspect(target);
    for (const name of request.sni) {
      const virtual = await facts(withServerName(target, name), null);
      if (system.interrupt.aborted) return;
      // A server that does not look at names would otherwise be listed once for each.
      if (virtual.service && virtual.service.id !== endpoint.service?.id)
        found.set(identityOf({ ...virtual, host: name }), { ...virtual, host: name });
    }
  };

  return {
    found,
    async examine(target, connection) {
      const work = limit(() => examineAll(target, connection));
      underWay.add(work);
      await work.finally(() => underWay.delete(work));
    },
    async idle() {
      await Promise.all(underWay);
    },
  };
}

function withInspection<T extends { readonly connections: number }>(counted: T, connections: number): T {
  return { ...counted, connections: counted.connections + connections };
}

function countSpeech(
  endpoints: readonly Endpoint[],
): Pick<Coverage, 'http' | 'other' | 'silent' | 'requests' | 'connections'> {
  const speaking = (speech: Endpoint['speech']): number =>
    endpoints.filter((endpoint) => endpoint.speech === speech).length;
  return {
    http: speaking('http'),
    other: speaking('other'),
    silent: speaking('silent'),
    requests: endpoints.reduce((sum, endpoint) => sum + endpoint.requests, 0),
    connections: endpoints.reduce((sum, endpoint) => sum + endpoint.connections, 0),
  };
}

function identityOf(endpoint: Endpoint): string {
  return [endpoint.address, endpoint.port, endpoint.host, endpoint.basePath].join('\n');
}

/** Makes the control path one that nobody can have prepared for. */
function token(system: System): string {
  return [system.host.random(), system.host.random()].map((part) => part.toString(16).padStart(8, '0')).join('');
}
