import { firstLeads } from '../catalogue/check.ts';
import { onceFor } from '../catalogue/once-for.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import type { Catalogue, Identifier, Service, Sign } from '../model/service.ts';
import type { Answers } from './answers.ts';

/*
 * How each service stands in the light of the answers so far. A service is looked at again only after an answer that
 * its identifiers ask for, and not at all before the first: most answers concern a few of many services.
 */

/** A request that could still speak for a service. */
export interface Lead {
  readonly request: DeclaredRequest;
  /** Weight of an identifier that is half shown already; 0 where nothing speaks for it yet. */
  readonly promised: number;
  /** Asked as if nothing had been asked in vain before. */
  readonly fresh: boolean;
}

export interface Standing {
  readonly service: Service;
  /** 1 to 100; 0 when nothing speaks for it. */
  readonly score: number;
  /** What was shown. */
  readonly signs: readonly Sign[];
  /** In the order of its file. */
  readonly leads: readonly Lead[];
  /** What requests that were to speak for the service and did not take from its promise. */
  readonly disappointment: number;
  /**
   * What it is asked first was answered in a way that settles it, and nothing speaks for it. Until then its never-list
   * holds.
   */
  readonly ruledOut: boolean;
}

export interface Standings {
  /** In the order of the catalogue. */
  all(): readonly Standing[];
  /** Those for which something speaks. */
  matching(): readonly Standing[];
  of(id: string): Standing | undefined;
  /** There is an answer to this request; null: to the control request. */
  renew(request: DeclaredRequest | null): void;
}

const IN_VAIN = 10;

export function createStandings(catalogue: Catalogue, answers: Answers): Standings {
  const { numbers, concerned, untouched } = indexOf(catalogue);
  const standings = untouched.slice();
  const stale = new Set<number>();
  let matching: readonly Standing[] | null = null;

  function refresh(): void {
    if (stale.size === 0) return;
    for (const number of stale) {
      const service = catalogue.services[number];
      if (service) standings[number] = standingOf(service, answers);
    }
    stale.clear();
    matching = null;
  }

  return {
    all() {
      refresh();
      return standings;
    },
    matching() {
      refresh();
      matching ??= standings.filter(({ score }) => score > 0);
      return matching;
    },
    of(id) {
      refresh();
      return standings[numbers.get(id) ?? -1];
    },
    renew(request) {
      const keys = request === null ? [CONTROL, ...answers.all.map((exchange) => exchange.request.key)] : [request.key];
      for (const key of keys) for (const number of concerned.get(key) ?? []) stale.add(number);
    },
  };
}

/** No key of a request: those begin with a method. */
const CONTROL = '';

interface ServiceIndex {
  readonly numbers: ReadonlyMap<string, number>;
  /** Services whose identifiers ask for a request, by its key. */
  readonly concerned: ReadonlyMap<string, readonly number[]>;
  /** How they stand before anything was asked. */
  readonly untouched: readonly Standing[];
}

const indexOf = onceFor((catalogue: Catalogue): ServiceIndex => {
  const concerned = new Map<string, number[]>();
  for (const [number, { identify }] of catalogue.services.entries()) {
    const keys = new Set(identify.flatMap(({ signs }) => signs.map(({ request }) => request?.key ?? CONTROL)));
    for (const key of keys) concerned.set(key, [...(concerned.get(key) ?? []), number]);
  }
  return {
    numbers: new Map(catalogue.services.map(({ id }, number) => [id, number])),
    concerned,
    untouched: catalogue.services.map((service) => standingOf(service, NOTHING_ASKED)),
  };
});

type Seen = Pick<Answers, 'exchange' | 'shows' | 'subject'>;

const NOTHING_ASKED: Seen = { exchange: () => undefined, shows: () => false, subject: () => undefined };

function standingOf(service: Service, answers: Seen): Standing {
  const leads = new Map<string, Lead>();
  const shown: Identifier[] = [];
  const failed = new Set<string>();
  for (const identifier of service.identify) {
    let asked = 0;
    let missed = 0;
    for (const sign of identifier.signs) {
      if (!answers.exchange(sign.request)) continue;
      asked += 1;
      if (answers.shows(sign)) continue;
      missed += 1;
      failed.add(sign.request?.key ?? CONTROL);
    }
    if (missed > 0) continue;
    if (asked === identifier.signs.length) shown.push(identifier);
    else follow(identifier, asked, answers, leads);
  }
  return {
    service,
    score: scoreOf(shown),
    signs: shown.flatMap(({ signs }) => signs),
    leads: [...leads.values()],
    disappointment: failed.size * IN_VAIN,
    ruledOut: shown.length === 0 && firstLeadsSettled(service, answers),
  };
}

/** Adds what is left to be asked for an identifier of which nothing has failed. */
function follow({ signs, weight, lead }: Identifier, asked: number, answers: Seen, leads: Map<string, Lead>): void {
  for (const { request } of signs) {
    if (request?.kind !== 'read' || answers.exchange(request)) continue;
    const known = leads.get(request.key);
    const promised = Math.max(asked > 0 ? weight : 0, known?.promised ?? 0);
    leads.set(request.key, { request, promised, fresh: lead || known?.fresh === true });
  }
}

function scoreOf(shown: readonly Identifier[]): number {
  const weights = shown.map(({ weight }) => weight).sort((a, b) => b - a);
  const [best = 0, ...others] = weights;
  return Math.min(100, best + Math.round(others.reduce((sum, weight) => sum + weight, 0) / 20));
}

function firstLeadsSettled(service: Service, answers: Seen): boolean {
  const asked = firstLeads(service);
  return (
    asked.length > 0 &&
    asked.every((request) => {
      const subject = answers.subject(request);
      return subject !== undefined && subject.status < 500 && subject.status !== 429 && subject.status !== 408;
    })
  );
}
