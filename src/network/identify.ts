import type { Confidence } from '../model/endpoint.ts';
import { onceFor } from '../model/once-for.ts';
import type { Service } from '../model/service.ts';
import type { Answers } from './answers.ts';
import type { Standing } from './standing.ts';

/*
 * Which service is it? Every answer is held against every service's signs. A service scores the weight
 * of its best identifier; further ones add a little. Of two that match, the one that the other
 * `loses-to` wins: an emulator shows the marks of what it emulates, never the other way round.
 */

/** Settles the service. */
export const SETTLED = 80;
/** Names it. */
export const NAMED = 50;

/** Matching services, best first, without those that lost to another match. */
export function candidates(answers: Answers): readonly Standing[] {
  return ranked(answers.standings.matching());
}

const ranked = onceFor((matching: readonly Standing[]): readonly Standing[] => {
  const strong = new Set(matching.filter(({ score }) => score >= NAMED).map(({ service }) => service.id));
  return matching
    .filter(({ service }) => !service.losesTo.some((id) => strong.has(id)))
    .sort((a, b) => b.score - a.score || (a.service.id < b.service.id ? -1 : 1));
});

export function confidenceOf(score: number): Confidence {
  if (score >= SETTLED) return 'high';
  return score >= NAMED ? 'medium' : 'low';
}

/**
 * How promising a service is before it has matched: its default port, the shape of the answer to a
 * path that does not exist, the shape of a refusal, and hints already seen. Higher is sooner.
 *
 * @param score of the service among the candidates; 0 for one that lost to another.
 */
export function promise(service: Service, port: number, score: number, familiarity: number): number {
  const onPort = service.ports.some((known) => known.port === port) ? 40 : 0;
  const generic = service.kind === 'generic' ? -50 : 0;
  return onPort + generic + score + familiarity;
}
