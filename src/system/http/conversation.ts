import type { DeclaredRequest, ExchangeOutcome, TlsSummary, Transport } from '../../model/exchange.ts';
import type { AdmittedTarget } from '../../model/target.ts';
import type { Conversation, OpeningOptions } from '../ports.ts';
import type { Connector } from './connector.ts';
import { type Attempt, exchangeOver } from './exchange.ts';
import { type Fault, fault } from './fault.ts';
import { isUsable, type Line } from './line.ts';
import { requestHead } from './request-head.ts';

export interface ConversationStart {
  readonly target: AdmittedTarget;
  readonly options: OpeningOptions;
  readonly connector: Connector;
  readonly transport: Transport;
  readonly tls: TlsSummary | null;
  /** The line that the first exchange left behind, if it can still be used. */
  readonly line: Line | null;
}

/** Exchanges take turns; a line that the server closed is replaced, once for each request. */
export function converse(start: ConversationStart): Conversation {
  const { options, connector, transport } = start;
  let line = start.line;
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const carry = async (over: Line, request: DeclaredRequest, budgetMs: number): Promise<Attempt> => {
    line = over;
    const attempt = await ask(start, over, request, budgetMs);
    if (!attempt.reusable) line = null;
    return attempt;
  };

  const run = async (request: DeclaredRequest): Promise<ExchangeOutcome> => {
    if (closed || options.signal.aborted) return failure(INTERRUPTED, 0);
    let budgetMs = options.limits.responseTimeoutMs;
    if (line !== null && isUsable(line.socket)) {
      const { outcome, heard } = await carry(line, request, budgetMs);
      if (closed) return failure(INTERRUPTED, outcome.elapsedMs);
      if (!isStale(outcome, heard)) return outcome;
      budgetMs -= outcome.elapsedMs;
    }
    const started = performance.now();
    const connected = await connector.connect(transport, budgetMs, null);
    if (connected.status !== 'ok') {
      const why = connected.status === 'unreached' ? connected.fault : connected.handshake.fault;
      return failure(why, performance.now() - started);
    }
    if (closed) {
      connected.line.socket.destroy();
      return failure(INTERRUPTED, performance.now() - started);
    }
    const { outcome } = await carry(connected.line, request, connected.leftMs);
    return closed ? failure(INTERRUPTED, outcome.elapsedMs) : outcome;
  };

  return {
    transport,
    tls: start.tls,
    get connections() {
      return connector.connections;
    },
    exchange(request) {
      const outcome = turn.then(() => run(request));
      turn = outcome.catch(() => undefined);
      return outcome;
    },
    close() {
      closed = true;
      if (line === null) return;
      // An idle line is ended politely; one that is in use may be stuck.
      if (line.listener === null) line.socket.destroySoon();
      else line.socket.destroy();
      line = null;
    },
  };
}

export interface Asking {
  readonly target: AdmittedTarget;
  readonly options: OpeningOptions;
  readonly transport: Transport;
}

/** One request over one line, with the endpoint's address and the user's headers put in. */
export async function ask(asking: Asking, line: Line, request: DeclaredRequest, timeoutMs: number): Promise<Attempt> {
  const { target, options, transport } = asking;
  if (options.turn && !(await options.turn()))
    return { outcome: failure(OVER_BUDGET, 0), heard: Buffer.alloc(0), reusable: true };
  const attempt = await exchangeOver(line, {
    head: requestHead(target, transport, request, options),
    body: request.body,
    read: request.read,
    limits: options.limits,
    timeoutMs,
    signal: options.signal,
  });
  const { outcome, heard } = attempt;
  if (!line.certificateRequested || outcome.status === 'ok') return attempt;
  // In TLS 1.3 a client that showed no certificate learns only now that one was needed: some servers just close, and
  // Go's send `bad_certificate`.
  const refused = hungUpUnheard(outcome, heard) || (outcome.reason === 'tls-failed' && heard.length === 0);
  if (!refused) return attempt;
  return { ...attempt, outcome: { ...outcome, reason: 'client-certificate-required' } };
}

/**
 * Whether the server had given the connection up before the request came: it closed without a byte, or timed the
 * connection out with a 408 (RFC 9110 section 15.5.9 lets the client repeat the request then).
 */
function isStale(outcome: ExchangeOutcome, heard: Buffer): boolean {
  return outcome.status === 'ok' ? outcome.response.status === 408 : hungUpUnheard(outcome, heard);
}

function hungUpUnheard(outcome: Extract<ExchangeOutcome, { status: 'failed' }>, heard: Buffer): boolean {
  return heard.length === 0 && (outcome.reason === 'closed' || outcome.reason === 'reset');
}

function failure(why: Fault, elapsedMs: number): ExchangeOutcome {
  return { status: 'failed', ...why, elapsedMs };
}

const OVER_BUDGET = fault('budget', 'no more requests are allowed');
const INTERRUPTED = fault('cancelled', 'interrupted');
