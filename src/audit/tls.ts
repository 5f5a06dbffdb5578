import type { Coverage, PortState, ResultDocument, Trouble } from '../model/result.ts';
import type { RuleBook } from '../model/rule.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { System } from '../system/ports.ts';
import type { TargetSpace } from '../targets/space.ts';
import { resultDocument } from './document.ts';
import { createTlsInspector, type InspectorParts } from './tls-inspector.ts';
import type { TlsRequest } from './tls-request.ts';
import { createWatch } from './watch.ts';

export interface TlsAuditOptions extends InspectorParts {
  readonly request: TlsRequest;
  readonly space: TargetSpace;
  readonly troubles: readonly Trouble[];
  readonly catalogue: RuleBook;
  /** Doors of earlier runs as `address:port`: how their ports ended is kept. */
  readonly watch?: ReadonlySet<string>;
  onProgress(done: number, of: number): void;
}

export interface TlsOutcome {
  readonly document: ResultDocument;
  readonly interrupted: boolean;
}

/** Inspects every port of the space, so many at once, and judges what was found. */
export async function auditTls(options: TlsAuditOptions, system: System): Promise<TlsOutcome> {
  const { request, space, catalogue } = options;
  const startedAt = system.clock.now();
  const inspector = createTlsInspector(options, system);
  const tally: Record<PortState, number> = { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 };
  const troubles: Trouble[] = [...options.troubles];
  const watched = createWatch({ ...options, resume: null });
  const settle = (target: AdmittedTarget, state: PortState): void => {
    tally[state] += 1;
    watched.settle(target, state);
  };

  const examine = async (target: AdmittedTarget): Promise<void> => {
    if (system.interrupt.aborted) {
      settle(target, 'skipped');
      return;
    }
    const found = await inspector.inspect(target);
    const where = placeText(target);
    if (found.status === 'silent') {
      settle(target, found.state);
      if (space.size === 1 || found.state === 'error') troubles.push({ kind: 'no-answer', where, what: found.reason });
      return;
    }
    settle(target, 'open');
    const lacks = request.mode === 'full' ? found.endpoint.lacks : [];
    troubles.push(...lacks.map(({ check, reason }) => ({ kind: 'tls-unknown', where, what: `${check}: ${reason}` })));
  };

  // Targets are taken as places become free: a wide range is never a queue of promises.
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < space.size) {
      const index = next;
      next += 1;
      await examine(space.at(index));
      done += 1;
      options.onProgress(done, space.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.parallel, space.size) }, worker));

  const { tls, certificates, findings, undecided } = inspector.conclude(catalogue, request.failOn, []);
  const interrupted = system.interrupt.aborted;
  const coverage: Coverage = {
    addresses: space.addressCount,
    excludedAddresses: space.excludedCount,
    ...(space.ranges === null ? {} : { ranges: space.ranges }),
    ports: space.ports,
    probes: tally,
    http: 0,
    other: tls.filter(({ speech }) => speech !== 'tls').length,
    silent: 0,
    requests: tls.reduce((sum, { clientCertificate }) => sum + clientCertificate.trials.length, 0),
    connections: inspector.connections,
    undecided,
    complete: !interrupted,
    ...watched.coverage(),
  };
  const finishedAt = system.clock.now();
  const parts = { command: 'tls', catalogue, startedAt, finishedAt, endpoints: [], findings, coverage, troubles };
  return { document: { ...resultDocument(parts), tls, certificates }, interrupted };
}

function placeText({ host, port }: AdmittedTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
