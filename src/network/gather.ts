import type { NeverIndex } from '../catalogue/never.ts';
import type { Failure, TlsSummary, Transport } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue } from '../model/service.ts';
import type { AdmittedTarget } from '../model/target.ts';
import type { Network, OpenConnection, OpeningOptions } from '../system/ports.ts';
import type { Answers } from './answers.ts';
import { findService } from './base-path.ts';
import { operate } from './operate.ts';
import { controlOf, createSession } from './session.ts';

/*
 * One endpoint, asked: what it is, then what it lets anyone do. Gathering decides what to ask next,
 * never what it means; meaning is in facts.ts.
 */

export interface ProbeOptions {
  readonly catalogue: Catalogue;
  readonly never: NeverIndex;
  readonly budget: number;
  readonly token: string;
  readonly passive: boolean;
  /** Base paths given by the user, tried before those of the service files. */
  readonly basePaths: readonly string[];
  readonly opening: Omit<OpeningOptions, 'tlsFirst'>;
}

/** What was learned of one open port, nothing judged. */
export type EndpointObservation =
  | {
      readonly speech: 'http';
      readonly target: AdmittedTarget;
      readonly transport: Transport;
      readonly tls: TlsSummary | null;
      readonly basePath: string;
      readonly answers: Answers;
      readonly requests: number;
      readonly connections: number;
      readonly exhausted: boolean;
      readonly givenUp: boolean;
    }
  | {
      readonly speech: 'other' | 'silent';
      readonly target: AdmittedTarget;
      readonly transport: Transport;
      readonly tls: TlsSummary | null;
      readonly reason: Failure;
      readonly detail: string;
      readonly connections: number;
    };

/** Ports on which TLS is the rule (IANA: https, pcsync-https). */
const TLS_PORTS = [443, 8443];

const tlsPortsOf = onceFor(({ services }: Catalogue): ReadonlySet<number> => {
  const declared = services.flatMap(({ ports }) => ports.filter(({ tls }) => tls).map(({ port }) => port));
  return new Set([...TLS_PORTS, ...declared]);
});

export async function gatherEndpoint(
  network: Network,
  target: AdmittedTarget,
  connection: OpenConnection | null,
  options: ProbeOptions,
): Promise<EndpointObservation> {
  const { catalogue } = options;
  const tlsFirst = tlsPortsOf(catalogue).has(target.port);
  const opening = await network.open(target, controlOf(options), connection, { ...options.opening, tlsFirst });
  if (opening.speech !== 'http') return { target, ...opening };

  const { conversation } = opening;
  try {
    const root = createSession(conversation, opening.first, options);
    const session = await findService(root, target.port, catalogue, options.basePaths);
    await operate(session);
    return {
      speech: 'http',
      target,
      transport: conversation.transport,
      tls: conversation.tls,
      basePath: target.basePath + session.basePath,
      answers: session.answers,
      requests: session.spent,
      connections: conversation.connections,
      exhausted: session.left <= 0,
      givenUp: session.givenUp,
    };
  } finally {
    conversation.close();
  }
}
