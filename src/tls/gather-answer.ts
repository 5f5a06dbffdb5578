import type { AdmittedTarget } from '../model/target.ts';
import type { KeyExchange } from '../model/tls-table.ts';
import type { RawLimits, TlsWire } from '../system/tls-ports.ts';
import { dialogue } from './inquiry.ts';
import type { Questions, Ssl2Answer } from './questions.ts';
import { readSsl2, ssl2Hello } from './wire/ssl2.ts';
import { stream } from './wire/stream.ts';

/** Leave to open one connection; the caller gives it back. Null: the budget is used up or the run was interrupted. */
export interface Turnstile {
  enter(): Promise<(() => void) | null>;
  /** Connections let through so far. */
  readonly passed: number;
}

export interface AskOptions {
  readonly limits: RawLimits;
  readonly turnstile: Turnstile;
  readonly exchangeOf: (suite: number) => KeyExchange;
  readonly signal: AbortSignal;
}

export function questions(wire: TlsWire, target: AdmittedTarget, options: AskOptions): Questions {
  const { limits, turnstile, signal } = options;
  const tools = { random: wire.random, agreement: wire.agreement, exchangeOf: options.exchangeOf };

  return {
    async ask(inquiry) {
      const leave = await turnstile.enter();
      if (!leave) return { kind: 'failed', reason: signal.aborted ? 'cancelled' : 'budget' };
      const talk = dialogue(inquiry, tools);
      const end = await wire.converse(target, talk.opening, talk.listen, limits, signal);
      leave();
      return talk.answer(end);
    },
    async askSsl2(kinds) {
      const leave = await turnstile.enter();
      if (!leave) return { kind: 'failed', reason: signal.aborted ? 'cancelled' : 'budget' };
      const data = stream();
      let answer: Ssl2Answer = { kind: 'no' };
      const end = await wire.converse(
        target,
        ssl2Hello(kinds, wire.random(16)),
        (piece) => {
          data.append(piece);
          const reading = readSsl2(data.view(0, data.length));
          if (reading.status === 'hello') answer = { kind: 'hello', hello: reading.hello };
          return reading.status === 'more' ? 'more' : 'stop';
        },
        limits,
        signal,
      );
      leave();
      if (end === 'done' || end === 'closed' || end === 'reset') return answer;
      return { kind: 'failed', reason: end };
    },
  };
}
