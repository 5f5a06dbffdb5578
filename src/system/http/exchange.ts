import type { ExchangeOutcome, ReadDepth } from '../../model/exchange.ts';
import type { ExchangeLimits } from '../ports.ts';
import { answerOf, isEventStream, isTiny } from './answer.ts';
import { listenTo } from './ear.ts';
import { type Fault, fault, faultOf } from './fault.ts';
import { onAbort } from './interruption.ts';
import { isUsable, type Line, startReading } from './line.ts';
import { type RequestHead, requestOctets } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { createResponseReader } from './response-reader.ts';
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

const SWITCHING_PROTOCOLS = 101;
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
    let response: ResponseHead | null = null;
    let sink: Sink | null = null;
    let interim = 0;
    let settled = false;

    const settle = (reusable: boolean): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      forget();
      line.listener = null;
      if (!reusable) line.socket.destroy();
      return true;
    };
    const fail = (why: Fault, reusable = false): void => {
      if (!settle(reusable)) return;
      const elapsedMs = performance.now() - started;
      resolve({ outcome: { status: 'failed', ...why, elapsedMs }, heard: ear.heard(), reusable });
    };
    const succeed = (answered: ResponseHead, complete: boolean, reusable: boolean): void => {
      if (!settle(reusable)) return;
      const elapsedMs = performance.now() - started;
      const whole = read === 'status-only' ? answered.body === 0 : complete;
      void answerOf(answered, sink?.bytes() ?? NOTHING, whole, limits.maxBodyBytes).then((answer) =>
        resolve({ outcome: { status: 'ok', response: answer, elapsedMs }, heard: NOTHING, reusable }),
      );
    };
    /** Leaves off: what is there of a response is the outcome. */
    const stop = (why: Fault): void => {
      if (response === null) fail(why);
      else succeed(response, false, false);
    };
    const cancel = (): void => fail(fault('cancelled', 'interrupted'));
    const expire = (): void => stop(fault('timeout', `no complete answer within ${Math.round(plan.timeoutMs)} ms`));
    let timer = setTimeout(expire, plan.timeoutMs);
    const forget = onAbort(signal, cancel);

    const takeHead = (answered: ResponseHead): void => {
      response = answered;
      if (answered.status === SWITCHING_PROTOCOLS) {
        succeed(answered, false, false);
      } else if (read !== 'status-only') {
        sink = (read === 'first-event' && isEventStream(answered) ? firstEventSink : bodySink)(limits.maxBodyBytes);
      } else if (!isTiny(answered)) {
        succeed(answered, false, false);
      } else {
        clearTimeout(timer);
        timer = setTimeout(expire, Math.min(TINY_BODY_MS, plan.timeoutMs));
      }
    };
    const reader = createResponseReader(head.method, limits.maxHeaderBytes, {
      interim() {
        if (++interim > MAX_INTERIM) fail(fault('headers-too-large', `more than ${MAX_INTERIM} interim responses`));
      },
      head: takeHead,
      body(octets) {
        if (!settled && sink?.push(octets) === false) stop(HUNG_UP);
      },
      complete(more) {
        if (response === null) return;
        succeed(response, true, response.persistent && !more && isUsable(line.socket));
      },
      broken: stop,
    });

    const octets = requestOctets(head, plan.body);
    if (typeof octets !== 'string' && 'reason' in octets) return fail(octets, true);
    if (line.socket.destroyed) return fail(HUNG_UP);
    line.listener = {
      octets(chunk) {
        const why = ear.take(chunk, response !== null);
        if (why === null) reader.push(chunk);
        else stop(why);
      },
      ended() {
        const whole = reader.end();
        if (response !== null && whole) succeed(response, true, false);
        else stop(HUNG_UP);
      },
      failed: (error) => stop(faultOf(error)),
    };
    startReading(line);
    line.socket.write(octets, 'latin1');
  });
}

const NOTHING = Buffer.alloc(0);
const HUNG_UP = fault('closed', 'the peer closed the connection');
