import type { Condition, Endpoint } from '../model/endpoint.ts';

const CONDITION_WORDS: Partial<Record<Condition, string>> = { loading: 'still loading' };

/** Reasons for an unknown auth verdict, each once; empty when the verdict is known. */
export function whyUnknown(endpoint: Endpoint): readonly string[] {
  const { auth, conditions, notes } = endpoint;
  if (auth.overall !== 'unknown') return [];
  const doors = auth.doors.flatMap(({ class: kind, state, reason }) =>
    kind !== 'identity' && state === 'unknown' && reason ? [reason] : [],
  );
  const reasons = new Set([...conditions.flatMap((condition) => CONDITION_WORDS[condition] ?? []), ...doors, ...notes]);
  return reasons.size > 0 ? [...reasons] : ['no request gave a decisive answer'];
}
