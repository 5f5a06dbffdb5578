import type { Socket } from 'node:net';
import type { TlsSummary, Transport } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import type { OpeningOptions } from '../ports.ts';
import { dial } from './dial.ts';
import { type Fault, fault } from './fault.ts';
import { type Handshake, shakeHands } from './handshake.ts';
import { type Line, lineOver } from './line.ts';

type Connected =
  | { readonly status: 'ok'; readonly line: Line; readonly tls: TlsSummary | null; readonly leftMs: number }
  | { readonly status: 'unreached'; readonly fault: Fault }
  | { readonly status: 'no-tls'; readonly handshake: Extract<Handshake, { status: 'failed' }> };

/** Makes the connections of one endpoint and counts them. */
export interface Connector {
  readonly connections: number;
  /**
   * A line that is ready for a request. Of `budgetMs`, which runs from the first byte sent, `leftMs` is what a TLS
   * handshake left over. `ready` is a connected socket to use instead of a new one.
   */
  connect(transport: Transport, budgetMs: number, ready: Socket | null): Promise<Connected>;
}

export function connectorTo(target: AdmittedTarget, options: OpeningOptions, opened: number): Connector {
  let connections = opened;
  return {
    get connections() {
      return connections;
    },
    async connect(transport, budgetMs, ready) {
      let socket = ready;
      if (socket === null) {
        const dialled = await dial(target, options.limits.connectTimeoutMs, options.signal);
        if (dialled.status === 'failed') return { status: 'unreached', fault: dialled.fault };
        connections++;
        socket = dialled.socket;
      }
      if (transport === 'plaintext')
        return { status: 'ok', line: lineOver(socket, false), tls: null, leftMs: budgetMs };
      const started = performance.now();
      const handshake = await shakeHands(socket, target, budgetMs, options);
      if (handshake.status === 'failed') return { status: 'no-tls', handshake };
      if (options.trusts?.(handshake.tls) === false) {
        handshake.socket.destroy();
        const why = fault('tls-failed', 'the certificate is not one that was accepted');
        return { status: 'no-tls', handshake: { status: 'failed', fault: why, answer: 'tls', tls: handshake.tls } };
      }
      const line = lineOver(handshake.socket, handshake.certificateRequested);
      return { status: 'ok', line, tls: handshake.tls, leftMs: budgetMs - (performance.now() - started) };
    },
  };
}
