import type { NeverIndex } from '../catalogue/never.ts';
import { below, controlRequest } from '../catalogue/request.ts';
import type { DeclaredRequest, ExchangeOutcome } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue, ProtocolProbe } from '../model/service.ts';
import type { Conversation, ExchangeLimits } from '../system/ports.ts';
import { type AnswerBook, type Answers, createAnswers } from './answers.ts';
import { cleanupAfter } from './cleanup.ts';

export interface SessionOptions {
  readonly catalogue: Catalogue;
  readonly never: NeverIndex;
  /** Most requests to one endpoint, the control requests included. */
  readonly budget: number;
  /** Random text of the control path. */
  readonly token: string;
  /** Only GET, HEAD and OPTIONS. */
  readonly passive: boolean;
  readonly opening: { readonly limits: Pick<ExchangeLimits, 'responseTimeoutMs'> };
}

/** The control request of a run. */
export const controlOf = onceFor(({ token }: Pick<SessionOptions, 'token'>) => controlRequest(token));

/** The dialogue with one endpoint: each distinct request once, within a budget, never what is forbidden. */
export interface Session {
  readonly answers: Answers;
  readonly spent: number;
  readonly left: number;
  /** True once the endpoint has been left alone. */
  readonly givenUp: boolean;
  readonly conversation: Conversation;
  readonly basePath: string;
  /** Set once the service is known: other services' never-lists then no longer count. */
  settle(service: string): void;
  /** False when the request was not sent: budget, never-list, passive, or the peer has given up. */
  ask(request: DeclaredRequest): Promise<boolean>;
  /** At the root, and not settled: what is forbidden follows from the standings alone. */
  readonly unbound: boolean;
  /** Ids of the services whose never-lists forbid the request now. */
  forbidding(request: DeclaredRequest): readonly string[];
  /** Opens a protocol and undoes what that made. */
  greet(probe: ProtocolProbe): Promise<boolean>;
  /** A session below a base path, on the same connection and budget. */
  below(mount: string): Session;
  /** Asks the random path at this session's base path. */
  askControl(): Promise<void>;
}

interface Ledger {
  spent: number;
  /** Requests in a row that got no whole answer in time. */
  failures: number;
}

/** An endpoint that stops answering, or drips, is left alone after this many such requests in a row. */
const PATIENCE = 3;
/** Timers may fire a little early. */
const NEARLY = 0.95;

/** What was cut by the clock is no answer to wait for again, even where a head had come. */
function tookTooLong(outcome: ExchangeOutcome, { opening }: SessionOptions): boolean {
  if (outcome.status === 'failed') return true;
  return outcome.response.truncated && outcome.elapsedMs >= opening.limits.responseTimeoutMs * NEARLY;
}

export function createSession(conversation: Conversation, first: ExchangeOutcome, options: SessionOptions): Session {
  const ledger = { spent: 1, failures: tookTooLong(first, options) ? 1 : 0 };
  const opened = session(conversation, options, ledger, '', null);
  opened.answers.setControl({ request: controlOf(options), outcome: first });
  return opened;
}

function session(
  conversation: Conversation,
  options: SessionOptions,
  ledger: Ledger,
  basePath: string,
  root: Session | null,
): Session & { readonly answers: AnswerBook } {
  const answers = createAnswers(options.catalogue);
  let settled: string | null = null;

  /** A service below a base path may forbid the path itself; one at the root the whole of it. */
  const forbidding = (request: DeclaredRequest): readonly string[] => {
    const here = options.never(request);
    const above = root ? options.never(below(request, basePath)) : [];
    if (here.length === 0 && above.length === 0) return here;
    if (settled !== null) return [...new Set([...here, ...above])].filter((id) => id === settled);
    // A protocol is only opened after its sign was seen, and a gate never before the service is settled.
    if (request.kind !== 'read') return [];
    const isOut = (id: string, seen: Answers): boolean => seen.standings.of(id)?.ruledOut === true;
    const open = [
      ...here.filter((id) => !isOut(id, answers)),
      ...above.filter((id) => !isOut(id, root?.answers ?? answers)),
    ];
    return [...new Set(open)];
  };

  const mayAsk = (request: DeclaredRequest): boolean => {
    if (ledger.spent >= options.budget || ledger.failures >= PATIENCE) return false;
    if (options.passive && request.kind !== 'read') return false;
    if (request.kind === 'gate' && settled === null) return false;
    return forbidding(request).length === 0;
  };

  const send = async (request: DeclaredRequest): Promise<ExchangeOutcome> => {
    ledger.spent += 1;
    const outcome = await conversation.exchange(below(request, basePath));
    ledger.failures = tookTooLong(outcome, options) ? ledger.failures + 1 : 0;
    return outcome;
  };

  const ask = async (request: DeclaredRequest): Promise<boolean> => {
    if (answers.exchange(request)) return true;
    if (!mayAsk(request)) return false;
    answers.add({ request, outcome: await send(request) });
    return true;
  };

  const self: Session & { readonly answers: AnswerBook } = {
    answers,
    get spent() {
      return ledger.spent;
    },
    get left() {
      return options.budget - ledger.spent;
    },
    get givenUp() {
      return ledger.failures >= PATIENCE;
    },
    get unbound() {
      return root === null && settled === null;
    },
    conversation,
    basePath,
    settle(service) {
      settled = service;
    },
    ask,
    forbidding,
    async greet(probe) {
      // One request of the budget is kept for the clean-up.
      if (probe.cleanup && ledger.spent + 2 > options.budget) return false;
      if (!(await ask(probe.request))) return false;
      const cleanup = cleanupAfter(probe, answers.exchange(probe.request)?.outcome);
      if (cleanup) await send(cleanup);
      return true;
    },
    below: (mount) => session(conversation, options, ledger, mount, root ?? self),
    async askControl() {
      if (ledger.spent >= options.budget) return;
      const request = controlOf(options);
      answers.setControl({ request, outcome: await send(request) });
    },
  };
  return self;
}
