import { firstLeads } from '../catalogue/check.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import { onceFor } from '../model/once-for.ts';
import type { Catalogue, Identifier, Service, Sign } from '../model/service.ts';

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

/** No key of a request: those begin with a method. */
export const CONTROL = '';

/** What became of a sign. */
export const UNASKED = '.';
export const SHOWN = '+';
export const FAILED = '-';

const IN_VAIN = 10;
const MOST_PATTERNS = 1000;

export interface ServiceIndex {
  readonly numbers: ReadonlyMap<string, number>;
  readonly files: readonly ServiceFile[];
  /** Services whose identifiers ask for a request, by its key, and which of their signs that concerns. */
  readonly concerned: ReadonlyMap<string, readonly { readonly number: number; readonly at: readonly number[] }[]>;
}

export const indexOf = onceFor(({ services }: Catalogue): ServiceIndex => {
  const files = services.map(readFile);
  const concerned = new Map<string, { number: number; at: number[] }[]>();
  for (const [number, { signs }] of files.entries()) {
    for (const [place, { request }] of signs.entries()) {
      const key = request?.key ?? CONTROL;
      const entries = concerned.get(key) ?? [];
      concerned.set(key, entries);
      if (entries.at(-1)?.number === number) entries.at(-1)?.at.push(place);
      else entries.push({ number, at: [place] });
    }
  }
  return { numbers: new Map(services.map(({ id }, number) => [id, number])), files, concerned };
});

export interface ServiceFile {
  /** Of all identifiers, one after the other. */
  readonly signs: readonly Sign[];
  readonly leads: readonly DeclaredRequest[];
  /**
   * @param marks one character for each sign.
   * @param settled the first leads have been answered in a way that settles them.
   */
  standing(marks: string, settled: boolean): Standing;
}

/**
 * A standing follows from what became of the signs, and endpoint after endpoint shows one of the same few patterns:
 * each is worked out once.
 */
function readFile(service: Service): ServiceFile {
  const known = { settled: new Map<string, Standing>(), open: new Map<string, Standing>() };
  return {
    signs: service.identify.flatMap(({ signs }) => signs),
    leads: firstLeads(service),
    standing(marks, settled) {
      const alike = settled ? known.settled : known.open;
      let standing = alike.get(marks);
      if (standing === undefined) {
        standing = standingOf(service, marks, settled);
        // Nobody shows so many but to fill memory.
        if (alike.size === MOST_PATTERNS) alike.clear();
        alike.set(marks, standing);
      }
      return standing;
    },
  };
}

function standingOf(service: Service, marks: string, settled: boolean): Standing {
  const leads = new Map<string, Lead>();
  const shown: Identifier[] = [];
  const failed = new Set<string>();
  let place = 0;
  for (const identifier of service.identify) {
    const { signs } = identifier;
    const mine = marks.slice(place, place + signs.length);
    place += signs.length;
    for (const [n, { request }] of signs.entries()) if (mine[n] === FAILED) failed.add(request?.key ?? CONTROL);
    if (mine.includes(FAILED)) continue;
    if (!mine.includes(UNASKED)) shown.push(identifier);
    else follow(identifier, mine, leads);
  }
  return {
    service,
    score: scoreOf(shown),
    signs: shown.flatMap(({ signs }) => signs),
    leads: [...leads.values()],
    disappointment: failed.size * IN_VAIN,
    ruledOut: shown.length === 0 && settled,
  };
}

/** Adds what is left to be asked for an identifier of which nothing has failed. */
function follow({ signs, weight, lead }: Identifier, marks: string, leads: Map<string, Lead>): void {
  for (const [n, { request }] of signs.entries()) {
    if (request?.kind !== 'read' || marks[n] !== UNASKED) continue;
    const known = leads.get(request.key);
    const promised = Math.max(marks.includes(SHOWN) ? weight : 0, known?.promised ?? 0);
    leads.set(request.key, { request, promised, fresh: lead || known?.fresh === true });
  }
}

function scoreOf(shown: readonly Identifier[]): number {
  const weights = shown.map(({ weight }) => weight).sort((a, b) => b - a);
  const [best = 0, ...others] = weights;
  return Math.min(100, best + Math.round(others.reduce((sum, weight) => sum + weight, 0) / 20));
}
