import { OPERATION_CLASSES } from '../../model/auth.ts';
import type { DeclaredRequest, ExchangeOutcome } from '../../model/exchange.ts';
import type { Expectation, ExpectationCheck } from '../../model/expectation.ts';
import type { Service } from '../../model/service.ts';
import type { Assessment, GuardedDoor } from './assess.ts';

/** One row before it is known where it belongs: the audit adds the place. */
export type Row = Omit<Expectation, 'host' | 'address' | 'port' | 'url' | 'reach' | 'service'>;

/** Requests to the locked service, each distinct one once. */
export interface Talk {
  ask(request: DeclaredRequest): Promise<ExchangeOutcome>;
}

/** A server that answers like this is left alone (RFC 6585 §4). */
const ENOUGH = 429;
const PATIENCE = 3;

/** `known` answers are not asked for again. */
export function createTalk(
  exchange: (request: DeclaredRequest) => Promise<ExchangeOutcome>,
  known: ReadonlyMap<string, ExchangeOutcome>,
): Talk {
  const outcomes = new Map(known);
  let fruitless = 0;
  return {
    async ask(request) {
      const before = outcomes.get(request.key);
      if (before) return before;
      if (fruitless >= PATIENCE) return GIVEN_UP;
      const outcome = await exchange(request);
      if (outcome.status === 'failed' && outcome.reason === 'budget') return outcome;
      fruitless = isUseless(outcome) ? fruitless + 1 : 0;
      outcomes.set(request.key, outcome);
      return outcome;
    },
  };
}

/** To be sent away for want of a certificate is an answer. */
function isUseless(outcome: ExchangeOutcome): boolean {
  if (outcome.status === 'ok') return outcome.response.status === ENOUGH;
  return outcome.reason !== 'client-certificate-required';
}

const GIVEN_UP: ExchangeOutcome = {
  status: 'failed',
  reason: 'cancelled',
  detail: 'the server stopped answering',
  elapsedMs: 0,
};

/** The row of an answer that was to be a refusal. */
export function refusalRow(check: ExpectationCheck, sent: string, door: GuardedDoor, seen: Assessment): Row {
  const verdict = seen.got === 'unknown' ? 'unknown' : seen.got === 'refused' ? 'held' : 'broken';
  return rowOf(check, sent, door, 'refused', seen, verdict);
}

export function acceptanceRow(check: ExpectationCheck, sent: string, door: GuardedDoor, seen: Assessment): Row {
  const verdict = seen.got === 'unknown' ? 'unknown' : seen.got === 'accepted' ? 'held' : 'broken';
  return rowOf(check, sent, door, 'accepted', seen, verdict);
}

export function unknownRow(
  check: ExpectationCheck,
  sent: string,
  door: GuardedDoor,
  expected: 'refused' | 'accepted',
  reason: string,
): Row {
  return rowOf(check, sent, door, expected, { got: 'unknown', status: null, reason }, 'unknown');
}

function rowOf(
  check: ExpectationCheck,
  sent: string,
  door: GuardedDoor,
  expected: 'refused' | 'accepted',
  { got, status, reason }: Assessment,
  verdict: Row['verdict'],
): Row {
  return {
    check,
    class: door.class,
    request: door.name,
    sent,
    expected,
    got,
    status,
    verdict,
    ...(reason ? { reason } : {}),
    side: door.side,
    standsFor: door.standsFor,
    ...(door.reveals ? { reveals: door.reveals } : {}),
  };
}

/** Classes of which no harmless request is known: nothing is proved there, and the reader is told. */
export function unprovedRows(service: Service, doors: readonly GuardedDoor[]): Row[] {
  const covered = new Set(doors.map((door) => door.class));
  const missing = OPERATION_CLASSES.filter((kind) => kind !== 'identity' && !covered.has(kind));
  return missing.flatMap((kind): Row[] => {
    const operation = service.silent.find((silent) => silent.class === kind);
    if (!operation) return [];
    return [
      {
        check: 'anonymous',
        class: kind,
        request: operation.operation,
        sent: 'nothing',
        expected: 'refused',
        got: 'unknown',
        status: null,
        verdict: 'unknown',
        reason: `${kind}: no harmless request is known that would tell`,
        side: false,
        standsFor: [],
      },
    ];
  });
}
