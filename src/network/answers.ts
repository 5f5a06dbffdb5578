import type { DeclaredRequest, Exchange } from '../model/exchange.ts';
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

export function createAnswers(catalogue: Catalogue): AnswerBook {
  let control: Exchange | undefined;
  const exchanges: Exchange[] = [];
  const byKey = new Map<string, Exchange>();
  const known = answerSubjects(catalogue);
  const subjects = new Map<Exchange, AnswerSubject | undefined>();

  const exchangeOf = (request: DeclaredRequest | null): Exchange | undefined =>
    request === null ? control : byKey.get(request.key);
  const subjectOf = (request: DeclaredRequest | null): AnswerSubject | undefined => {
    const exchange = exchangeOf(request);
    if (!exchange) return undefined;
    if (!subjects.has(exchange)) {
      const { outcome } = exchange;
      subjects.set(exchange, outcome.status === 'ok' ? known.of(outcome.response) : undefined);
    }
    return subjects.get(exchange);
  };
  const matches = catalogue.matches;
  let standings = firstStandings(catalogue);

  const book: AnswerBook = {
    add(exchange) {
      exchanges.push(exchange);
      byKey.set(exchange.request.key, exchange);
      standings = standings.after(exchange.request, subjectOf(exchange.request));
    },
    setControl(exchange) {
      control = exchange;
      standings = firstStandings(catalogue).after(null, subjectOf(null));
      // What a random path gets too proves nothing.
      for (const { request } of exchanges) standings = standings.after(request, subjectOf(request));
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
