import type { Offered, Preference, ProtocolFacts, Searched } from '../model/tls.ts';
import type { SuiteInfo } from '../model/tls-table.ts';
import type { Answer } from './answer.ts';
import type { HelloVersion } from './offers.ts';
import type { Repertoire } from './repertoire.ts';
import { refusal, type Search } from './search.ts';
import { ALERT } from './wire/numbers.ts';

/** What a search says of the version as a whole. */
export function protocolFacts(
  version: HelloVersion,
  search: Search,
  preference: Preference,
  repertoire: Repertoire,
  searched: Searched = search.searched,
): ProtocolFacts {
  const found = search.accepted.length > 0;
  return {
    version,
    offered: found ? true : offeredBy(search.last),
    suites: suitesOf(search.accepted, repertoire),
    searched,
    preference,
    reason: found
      ? search.searched === 'partial'
        ? reasonOf(search.last, version)
        : null
      : reasonOf(search.last, version),
  };
}

export function suitesOf(codes: readonly number[], repertoire: Repertoire): SuiteInfo[] {
  return codes.flatMap((code) => repertoire.suite(code) ?? []);
}

/** internal_error without any choice: OpenSSL 3 enables the version, but its security level leaves no signature for it. */
function offeredBy(last: Answer): Offered {
  if (last.kind === 'failed') return 'unknown';
  return last.kind === 'alert' && last.code === ALERT.internalError ? 'unusable' : false;
}

function reasonOf(last: Answer, version: HelloVersion): string {
  if (last.kind === 'alert' && last.code === ALERT.internalError)
    return 'enabled, but the server cannot complete it (alert 80)';
  return refusal(last, version, []) ?? 'refused';
}
