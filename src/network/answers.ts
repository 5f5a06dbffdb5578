import type { DeclaredRequest, Exchange, Failure } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Predicate } from '../model/rule.ts';
import type { Catalogue, Sign } from '../model/service.ts';
import { type AnswerSubject, answerSubjects } from './answer-subject.ts';
import { firstStandings, type Standings } from './history.ts';
import { isCatchAll, isShown } from './shown.ts';

/**
 * What one endpoint has answered so far, at one base path. Each distinct request is kept once;
 * the control request (a random path) stands beside them.
 */
export interface Answers {
  readonly catalogue: Catalogue;
  /** Undefined: not asked. */
  exchange(request: DeclaredRequest | null): Exchange | undefined;
  subject(request: DeclaredRequest | null): AnswerSubject | undefined;
  readonly all: readonly Exchange[];
  readonly control: Exchange | undefined;
  /** Whether the answer to the sign's request is there and looks like it says, and means anything at all. */
  shows(sign: Sign): boolean;
  matches(predicate: Predicate, subject: AnswerSubject): boolean;
  /** True when the random path also got what the predicate asks for: a catch-all proves nothing. */
  controlAlso(predicate: Predicate): boolean;
  /** What they say of every service. */
  readonly standings: Standings;
}

/** Answers that are still coming in. */
export interface AnswerBook extends Answers {
  add(exchange: Exchange): void;
  setControl(exchange: Exchange): void;
}

/**
 * Computes what follows from answers, and from one thing more, once for all endpoints that have answered alike so far,
 * and keeps it as long as their common history.
 */
export function onceForAlike<Key, Value>(
  compute: (answers: Answers, key: Key) => Value,
): (answers: Answers, key: Key) => Value {
  const known = onceFor((_alike: Standings) => new Map<Key, { readonly value: Value }>());
  return (answers, key) => {
    const values = known(answers.standings);
    let kept = values.get(key);
    if (kept === undefined) {
      kept = { value: compute(answers, key) };
      values.set(key, kept);
    }
    return kept.value;
  };
}

export function createAnswers(catalogue: Catalogue): AnswerBook {
  let control: Exchange | undefined;
  const exchanges: Exchange[] = [];
  const byKey = new Map<string, Exchange>();
  const known = answerSubjects(catalogue);
  const heard = new Map<Exchange, AnswerSubject | Failure>();

  const answerOf = (exchange: Exchange): AnswerSubject | Failure => {
    let answer = heard.get(exchange);
    if (answer === undefined) {
      const { outcome } = exchange;
      answer = outcome.status === 'ok' ? known.of(outcome.response) : outcome.reason;
      heard.set(exchange, answer);
    }
    return answer;
  };
  const exchangeOf = (request: DeclaredRequest | null): Exchange | undefined =>
    request === null ? control : byKey.get(request.key);
  const subjectOf = (request: DeclaredRequest | null): AnswerSubject | undefined => {
    const exchange = exchangeOf(request);
    const answer = exchange && answerOf(exchange);
    return typeof answer === 'string' ? undefined : answer;
  };
  const matches = catalogue.matches;
  let standings = firstStandings(catalogue);

  const book: AnswerBook = {
    catalogue,
    add(exchange) {
      exchanges.push(exchange);
      byKey.set(exchange.request.key, exchange);
      standings = standings.after(exchange.request, answerOf(exchange));
    },
    setControl(exchange) {
      control = exchange;
      standings = firstStandings(catalogue).after(null, answerOf(exchange));
      // What a random path gets too proves nothing.
      for (const earlier of exchanges) standings = standings.after(earlier.request, answerOf(earlier));
    },
    exchange: exchangeOf,
    subject: subjectOf,
    all: exchanges,
    get control() {
      return control;
    },
    matches,
    controlAlso: (predicate) => isCatchAll(predicate, subjectOf(null), matches),
    shows: (sign) => isShown(sign, subjectOf(sign.request), subjectOf(null), matches),
    get standings() {
      return standings;
    },
  };
  return book;
}
