import type { Socket } from 'node:net';
import type { DeclaredRequest, ExchangeOutcome, TlsSummary, Transport } from '../../model/exchange.ts';
import type { Connector } from './connector.ts';
import { type Asking, ask } from './conversation.ts';
import { excerpt } from './excerpt.ts';
import type { Attempt } from './exchange.ts';
import { type Fault, fault } from './fault.ts';
import type { Handshake } from './handshake.ts';
import type { Line } from './line.ts';
import { hintsAtTls, isTlsRecord } from './tls-hint.ts';

/**
 * What a port showed when it was spoken to over one transport.
 * `http`: an HTTP answer, whole or broken. `wants-tls`: plain HTTP was answered by a TLS record, a complaint or a
 * redirect to TLS on this port. `wants-plaintext`: a TLS hello was answered by something else. `other`: another
 * protocol, or TLS that came to nothing. `hung-up`: closed or reset without a byte. `silent`: no byte in the time
 * given. `unreached`: no connection.
 */
export type Sight = 'http' | 'wants-tls' | 'wants-plaintext' | 'other' | 'hung-up' | 'silent' | 'unreached';

export interface Trial {
  readonly transport: Transport;
  readonly sight: Sight;
  readonly fault: Fault;
  readonly tls: TlsSummary | null;
  /** An HTTP answer, or what came instead of one. */
  readonly first: ExchangeOutcome | null;
  /** Left idle by the exchange. */
  readonly line: Line | null;
}

/** Sends the first request over one transport. `ready` is a connected socket to use instead of a new connection. */
export async function tryTransport(
  asking: Asking,
  connector: Connector,
  first: DeclaredRequest,
  ready: Socket | null,
): Promise<Trial> {
  const { transport, options, target } = asking;
  const connected = await connector.connect(transport, options.limits.responseTimeoutMs, ready);
  if (connected.status === 'unreached') return trial(transport, 'unreached', connected.fault);
  if (connected.status === 'no-tls') return withoutTls(connected.handshake);

  const { line, tls, leftMs } = connected;
  const attempt = await ask(asking, line, first, leftMs);
  if (ready !== null && timedOutBefore(attempt.outcome)) {
    line.socket.destroy();
    return tryTransport(asking, connector, first, null);
  }
  const seen = transport === 'tls' ? sightOf(attempt) : plainSightOf(attempt, target.port);
  return {
    ...trial(transport, seen, faultFor(seen, attempt)),
    tls,
    first: attempt.outcome,
    line: attempt.reusable ? line : null,
  };
}

function plainSightOf(attempt: Attempt, port: number): Sight {
  const { outcome, heard } = attempt;
  if (outcome.status === 'ok') return hintsAtTls(outcome.response, port) ? 'wants-tls' : 'http';
  return isTlsRecord(heard) ? 'wants-tls' : sightOf(attempt);
}

function sightOf({ outcome, heard }: Attempt): Sight {
  if (outcome.status === 'ok' || heard.toString('latin1', 0, 5) === 'HTTP/') return 'http';
  if (outcome.reason === 'cancelled') return 'silent';
  if (heard.length > 0 || outcome.reason === 'client-certificate-required') return 'other';
  return outcome.reason === 'timeout' ? 'silent' : 'hung-up';
}

function faultFor(sight: Sight, { outcome, heard }: Attempt): Fault {
  if (outcome.status === 'ok') return NO_FAULT;
  if (sight === 'wants-tls') return fault('tls-failed', 'the port wants TLS');
  if (sight === 'other' && heard.length > 0) return fault('not-http', excerpt(heard));
  return fault(outcome.reason, outcome.detail);
}

function withoutTls({ fault: why, answer, tls }: Extract<Handshake, { status: 'failed' }>): Trial {
  if (answer === 'tls') return { ...trial('tls', 'other', why), tls };
  if (answer === 'plaintext')
    return trial('tls', 'wants-plaintext', fault('tls-failed', 'TLS was answered in plaintext'));
  return trial('tls', why.reason === 'timeout' || why.reason === 'cancelled' ? 'silent' : 'hung-up', why);
}

/** The server gave an idle connection up before the request came. */
function timedOutBefore(outcome: ExchangeOutcome): boolean {
  return outcome.status === 'ok' && outcome.response.status === 408;
}

function trial(transport: Transport, sight: Sight, why: Fault): Trial {
  return { transport, sight, fault: why, tls: null, first: null, line: null };
}

const NO_FAULT = fault('closed', '');
