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

/** Requests that could still speak for a service, in the order of its file. */
export function openLeads(service: Service, answers: Answers): DeclaredRequest[] {
  const leads: DeclaredRequest[] = [];
  for (const { signs } of service.identify) {
    if (signs.some((sign) => answers.exchange(sign.request) !== undefined && !answers.shows(sign))) continue;
    for (const { request } of signs) {
      if (request && request.kind === 'read' && !answers.exchange(request) && !leads.includes(request))
        leads.push(request);
    }
  }
  return leads;
}

/**
 * How promising a service is before it has matched: its default port, the shape of the answer to a
 * path that does not exist, the shape of a refusal, and hints already seen. Higher is sooner.
 */
export function promise(service: Service, port: number, score: number, answers: Answers): number {
  const control = answers.subject(null);
  const onPort = service.ports.some((known) => known.port === port) ? 40 : 0;
  const generic = service.kind === 'generic' ? -50 : 0;
  if (!control) return onPort + generic + score;
  const familiar = service.unknownPath.some((match) => answers.matches(match, control));
  const refuses = service.auth.refusal.some((match) => answers.matches(match, control));
  const refused = control.status === 401 || control.status === 403;
  const strange = service.unknownPath.length > 0 && !familiar && !refused && control.status < 500;
  return onPort + generic + score + (familiar ? 30 : 0) + (refuses ? 30 : 0) - (strange ? 20 : 0);
}
