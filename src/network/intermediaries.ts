import type { Catalogue } from '../model/service.ts';
import type { Answers } from './answers.ts';

/** Reverse proxies and gateways that left a sign on any answer, sorted by name. */
export function intermediariesOf(catalogue: Catalogue, answers: Answers): string[] {
  const found = new Set<string>();
  for (const request of [null, ...answers.all.map((exchange) => exchange.request)]) {
    const subject = answers.subject(request);
    if (!subject) continue;
    for (const { name, match } of catalogue.proxies) if (answers.matches(match, subject)) found.add(name);
  }
  return [...found].sort();
}
