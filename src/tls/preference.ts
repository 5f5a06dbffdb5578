import type { Preference, TlsVersion } from '../model/tls.ts';
import type { Answer } from './answer.ts';
import { refusal } from './search.ts';

/**
 * Whose order decides: the accepted suites are offered once in reverse. A server that still takes what it took
 * first goes by its own order.
 */
export async function findPreference(
  accepted: readonly number[],
  version: TlsVersion,
  offer: (suites: readonly number[]) => Promise<Answer>,
): Promise<Preference> {
  const first = accepted[0];
  if (first === undefined) return 'unknown';
  if (accepted.length === 1) return 'single';
  const reversed = [...accepted].reverse();
  const answer = await offer(reversed);
  if (answer.kind !== 'hello' || refusal(answer, version, reversed) !== null) return 'unknown';
  return answer.hello.suite === first ? 'server' : 'client';
}
