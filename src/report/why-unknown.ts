import type { Condition, Endpoint } from '../model/endpoint.ts';

const CONDITION_WORDS: Partial<Record<Condition, string>> = { loading: 'still loading' };

/** Reasons for an unknown auth verdict, each once; empty when the verdict is known or nothing was recognised to judge. */
export function whyUnknown(endpoint: Endpoint): readonly string[] {
  const { auth, conditions, notes } = endpoint;
  if (auth.overall !== 'unknown') return [];
  const doors = auth.doors.flatMap(({ class: kind, state, reason }) =>
    kind !== 'identity' && state === 'unknown' && reason ? [reason] : [],
  );
  const reasons = new Set([...conditions.flatMap((condition) => CONDITION_WORDS[condition] ?? []), ...doors, ...notes]);
  if (reasons.size > 0) return [...reasons];
  return endpoint.service === null ? [] : ['no request gave a decisive answer'];
}
