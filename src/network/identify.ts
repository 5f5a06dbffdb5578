import { firstLeads } from '../catalogue/check.ts';
import type { Confidence } from '../model/endpoint.ts';
import type { DeclaredRequest } from '../model/exchange.ts';
import type { Catalogue, Identifier, Service, Sign } from '../model/service.ts';
import type { Answers } from './answers.ts';

/*
 * Which service is it? Every answer is held against every service's signs. A service scores the weight
 * of its best identifier; further ones add a little. Of two that match, the one that the other
 * `loses-to` wins: an emulator shows the marks of what it emulates, never the other way round.
 */

/** Settles the service. */
export const SETTLED = 80;
/** Names it. */
export const NAMED = 50;

const IN_VAIN = 10;

export interface Candidate {
  readonly service: Service;
  /** 1 to 100. */
  readonly score: number;
  readonly signs: readonly Sign[];
}

/** Matching services, best first, without those that lost to another match. */
export function candidates(catalogue: Catalogue, answers: Answers): Candidate[] {
  const matching = catalogue.services.flatMap((service) => {
    const shown = service.identify.filter((identifier) => identifier.signs.every((sign) => answers.shows(sign)));
    const score = scoreOf(shown);
    return score === 0 ? [] : [{ service, score, signs: shown.flatMap(({ signs }) => signs) }];
  });
  const strong = new Set(matching.filter(({ score }) => score >= NAMED).map(({ service }) => service.id));
  return matching
    .filter(({ service }) => !service.losesTo.some((id) => strong.has(id)))
    .sort((a, b) => b.score - a.score || (a.service.id < b.service.id ? -1 : 1));
}

function scoreOf(shown: readonly Identifier[]): number {
  const weights = shown.map(({ weight }) => weight).sort((a, b) => b - a);
  const [best = 0, ...others] = weights;
  return Math.min(100, best + Math.round(others.reduce((sum, weight) => sum + weight, 0) / 20));
}

export function confidenceOf(score: number): Confidence {
  if (score >= SETTLED) return 'high';
  return score >= NAMED ? 'medium' : 'low';
}

/** A request that could still speak for a service. */
export interface Lead {
  readonly request: DeclaredRequest;
  /** Weight of an identifier that is half shown already; 0 where nothing speaks for it yet. */
  readonly promised: number;
  /** Asked as if nothing had been asked in vain before. */
  readonly fresh: boolean;
}

/** Requests that could still speak for a service, in the order of its file. */
export function openLeads(service: Service, answers: Answers): Lead[] {
  const leads = new Map<string, Lead>();
  for (const { signs, weight, lead } of service.identify) {
    const asked = signs.filter((sign) => answers.exchange(sign.request) !== undefined);
    if (asked.some((sign) => !answers.shows(sign))) continue;
    for (const { request } of signs) {
      if (request?.kind !== 'read' || answers.exchange(request)) continue;
      const known = leads.get(request.key);
      const promised = Math.max(asked.length > 0 ? weight : 0, known?.promised ?? 0);
      leads.set(request.key, { request, promised, fresh: lead || known?.fresh === true });
    }
  }
  return [...leads.values()];
}

/**
 * Whether the service is ruled out here: what it is asked first was answered in a way that settles it, and nothing
 * speaks for it. Until then its never-list holds.
 */
export function ruledOut(service: Service, answers: Answers): boolean {
  const asked = firstLeads(service);
  const settled = asked.every((request) => {
    const subject = answers.subject(request);
    return subject !== undefined && subject.status < 500 && subject.status !== 429 && subject.status !== 408;
  });
  const speaks = service.identify.some(({ signs }) => signs.every((sign) => answers.shows(sign)));
  return asked.length > 0 && settled && !speaks;
}

/** What requests that were to speak for the service and did not take from its promise. */
export function disappointment(service: Service, answers: Answers): number {
  const failed = (sign: Sign): boolean => answers.exchange(sign.request) !== undefined && !answers.shows(sign);
  const signs = service.identify.flatMap((identifier) => identifier.signs).filter(failed);
  return new Set(signs.map(({ request }) => request?.key)).size * IN_VAIN;
}

/**
 * How promising a service is before it has matched: its default port, the shape of the answer to a
 * path that does not exist, the shape of a refusal, and hints already seen. Higher is sooner.
 */
export function promise(service: Service, port: number, score: number, answers: Answers): number {
  const control = answers.subject(null);
  const onPort = service.ports.some((known) => known.port === port) ? 40 : 0;
  const generic = service.kind === 'generic' ? -50 : 0;
  const hope = onPort + generic + score;
  if (!control) return hope;
  const familiar = service.unknownPath.some((match) => answers.matches(match, control));
  const refuses = service.auth.refusal.some((match) => answers.matches(match, control));
  const refused = control.status === 401 || control.status === 403;
  const strange = service.unknownPath.length > 0 && !familiar && !refused && control.status < 500;
  return hope + (familiar ? 30 : 0) + (refuses ? 30 : 0) - (strange ? 20 : 0);
}
