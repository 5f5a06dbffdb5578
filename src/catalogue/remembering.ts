import type { Catalogue } from '../model/service.ts';

/**
 * The same catalogue, remembering by subject what each predicate said of it: services, walls and proxies share most of
 * their predicates, and an answer is held against them again whenever another has come.
 */
export function remembering(catalogue: Catalogue): Catalogue {
  const verdicts = new WeakMap<object, Map<string, boolean>>();
  return {
    ...catalogue,
    matches(predicate, subject) {
      if (typeof subject !== 'object' || subject === null) return catalogue.matches(predicate, subject);
      let known = verdicts.get(subject);
      if (known === undefined) {
        known = new Map();
        verdicts.set(subject, known);
      }
      let verdict = known.get(predicate.key);
      if (verdict === undefined) {
        verdict = catalogue.matches(predicate, subject);
        known.set(predicate.key, verdict);
      }
      return verdict;
    },
  };
}
