import type { DeclaredRequest, Exchange, HttpResponse } from '../model/exchange.ts';
import type { Predicate } from '../model/rule.ts';
import type { Catalogue, Sign } from '../model/service.ts';
import { createStandings, type Standings } from './standing.ts';

/** What predicates of service files are run on. */
export interface AnswerSubject {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly title?: string;
  readonly json?: unknown;
}

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
  const subjects = new Map<Exchange, AnswerSubject | undefined>();

  const exchangeOf = (request: DeclaredRequest | null): Exchange | undefined =>
    request === null ? control : byKey.get(request.key);
  const subjectOf = (request: DeclaredRequest | null): AnswerSubject | undefined => {
    const exchange = exchangeOf(request);
    if (!exchange) return undefined;
    if (!subjects.has(exchange)) {
      const { outcome } = exchange;
      subjects.set(exchange, outcome.status === 'ok' ? answerSubject(outcome.response) : undefined);
    }
    return subjects.get(exchange);
  };
  const matches = catalogue.matches;
  const controlAlso = (predicate: Predicate): boolean => {
    const subject = subjectOf(null);
    // A refusal or a 404 of a certain shape is a trait of the server; only a granted random path is a catch-all.
    return subject !== undefined && subject.status < 400 && matches(predicate, subject);
  };

  const book: AnswerBook = {
    add(exchange) {
      exchanges.push(exchange);
      byKey.set(exchange.request.key, exchange);
      standings.renew(exchange.request);
    },
    setControl(exchange) {
      control = exchange;
      standings.renew(null);
    },
    exchange: exchangeOf,
    subject: subjectOf,
    all: exchanges,
    get control() {
      return control;
    },
    matches,
    controlAlso,
    shows(sign) {
      const subject = subjectOf(sign.request);
      if (!subject || !matches(sign.match, subject)) return false;
      return sign.request === null || !controlAlso(sign.match);
    },
    get standings() {
      return standings;
    },
  };
  const standings = createStandings(catalogue, book);
  return book;
}

/** Projects a response to what predicates see. JSON that does not parse, or was cut, is simply not there. */
export function answerSubject(response: HttpResponse): AnswerSubject {
  const { status, headers, body } = response;
  const json = parseJson(body);
  const title = htmlTitle(body);
  return { status, headers, body, ...(json === undefined ? {} : { json }), ...(title === undefined ? {} : { title }) };
}

function parseJson(body: string): unknown {
  const first = body.trimStart()[0];
  if (first === undefined || !'{["-0123456789tfn'.includes(first)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Titles stand near the top; searching further would only help a hostile page. */
const TITLE_WINDOW = 16_384;

function htmlTitle(body: string): string | undefined {
  const top = body.slice(0, TITLE_WINDOW);
  const open = top.search(/<title[\s>]/i);
  if (open < 0) return undefined;
  const from = top.indexOf('>', open) + 1;
  const to = top.toLowerCase().indexOf('</title', from);
  if (from === 0 || to < 0) return undefined;
  return top.slice(from, to).trim();
}
