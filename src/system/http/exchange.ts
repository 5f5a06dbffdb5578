import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { ExchangeOutcome, ReadDepth } from '../../model/exchange.ts';
import type { ExchangeLimits } from '../ports.ts';
import { answerOf, hasNoBody, isEventStream, isTiny } from './answer.ts';
import { listenTo } from './ear.ts';
import { type Fault, fault, faultOf } from './fault.ts';
import { onAbort } from './interruption.ts';
import { isUsable, type Line, startReading } from './line.ts';
import type { RequestHead } from './request-head.ts';
import { bodySink, firstEventSink, type Sink } from './sink.ts';

export interface ExchangePlan {
  readonly head: RequestHead;
  readonly body: string | undefined;
  readonly read: ReadDepth;
  readonly limits: ExchangeLimits;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Attempt {
  readonly outcome: ExchangeOutcome;
  /** The first bytes that came back instead of an answer, as far as they are kept. */
  readonly heard: Buffer;
  /** The line is idle and may carry the next request. */
  readonly reusable: boolean;
}

/** Interim responses (1xx) before the final one; real servers send one or two. */
const MAX_INTERIM = 32;
/** How long the end of a tiny body that nobody wants is waited for, to save a connection. */
const TINY_BODY_MS = 250;

/**
 * Sends one request over an idle line and reads the answer as far as it is wanted. Once status and headers are there
 * the outcome is `ok`; a body cut short by the peer, a cap or the clock is marked as truncated. Settles within the
 * time given, whatever the peer does, and never rejects.
 */
export function exchangeOver(line: Line, plan: ExchangePlan): Promise<Attempt> {
  const { head, read, limits, signal } = plan;
  return new Promise((resolve) => {
    const started = performance.now();
    const ear = listenTo(limits);
    let request: ClientRequest | null = null;
    let response: IncomingMessage | null = null;
    let sink: Sink | null = null;
    let error: Error | null = null;
    let interim = 0;
    let ended = false;
    let closed = false;
    let settled = false;

    const settle = (reusable: boolean): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      forget();
      line.onBytes = null;
      if (!reusable) line.socket.destroy();
      return true;
    };
    const fail = (why: Fault, reusable = false): void => {
      if (!settle(reusable)) return;
      const elapsedMs = performance.now() - started;
      resolve({ outcome: { status: 'failed', ...why, elapsedMs }, heard: ear.heard(), reusable });
    };
    const succeed = (message: IncomingMessage, complete: boolean, reusable: boolean): void => {
      if (!settle(reusable)) return;
      const elapsedMs = performance.now() - started;
      const whole = read === 'status-only' ? hasNoBody(message, head.method) : complete;
      void answerOf(message, sink?.bytes() ?? NOTHING, whole, limits.maxBodyBytes).then((answer) =>
        resolve({ outcome: { status: 'ok', response: answer, elapsedMs }, heard: NOTHING, reusable }),
      );
    };
    /** Leaves off: what is there of a response is the outcome. */
    const stop = (why: Fault): void => {
      if (response === null) fail(why);
      else succeed(response, ended && response.complete, false);
    };
    const cancel = (): void => fail(fault('cancelled', 'interrupted'));
    const expire = (): void => stop(fault('timeout', `no complete answer within ${Math.round(plan.timeoutMs)} ms`));
    let timer = setTimeout(expire, plan.timeoutMs);

    /** The line is idle again once the body has ended and the request has let go of the socket. */
    const conclude = (): void => {
      if (response === null) {
        fail(error === null ? HUNG_UP : faultOf(error));
        return;
      }
      if (!ended) return;
      const keeps = response.complete && request?.shouldKeepAlive === true && isUsable(line.socket);
      if (!keeps || closed) succeed(response, response.complete, keeps);
    };
    const onEnd = (): void => {
      ended = true;
      conclude();
    };
    const leaveBody = (message: IncomingMessage): void => {
      if (!isTiny(message, head.method)) {
        succeed(message, false, false);
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(expire, Math.min(TINY_BODY_MS, plan.timeoutMs));
      message.resume();
    };
    const onResponse = (message: IncomingMessage): void => {
      response = message;
      message.on('error', ignore);
      message.once('end', onEnd);
      message.once('close', onEnd);
      if (read === 'status-only') {
        leaveBody(message);
        return;
      }
      const kept = read === 'first-event' && isEventStream(message) ? firstEventSink : bodySink;
      const into = kept(limits.maxBodyBytes);
      sink = into;
      message.on('data', (chunk: Buffer) => {
        if (!settled && !into.push(chunk)) succeed(message, false, false);
      });
    };

    const forget = onAbort(signal, cancel);
    line.onBytes = (chunk) => {
      const why = ear.take(chunk, response !== null);
      if (why !== null) stop(why);
    };
    try {
      request = httpRequest({
        method: head.method,
        path: head.path,
        headers: head.headers,
        createConnection: () => line.socket,
        maxHeaderSize: limits.maxHeaderBytes,
        // Bare LF, folded lines, control characters: servers that a browser or curl would understand are no silence.
        insecureHTTPParser: true,
      });
    } catch (invalid) {
      // A header value copied from a peer's answer may hold what a request must not.
      return fail(fault('cancelled', `not sent: ${invalid instanceof Error ? invalid.message : invalid}`), true);
    }
    request.once('socket', () => startReading(line));
    request.on('information', () => {
      if (++interim > MAX_INTERIM) fail(fault('headers-too-large', `more than ${MAX_INTERIM} interim responses`));
    });
    request.once('response', onResponse);
    request.once('upgrade', (message) => succeed(message, false, false));
    request.on('error', (problem) => {
      error ??= problem;
    });
    request.once('close', () => {
      closed = true;
      conclude();
    });
    request.end(plan.body);
  });
}

const NOTHING = Buffer.alloc(0);
const HUNG_UP = fault('closed', 'the peer closed the connection');

function ignore(): void {}
