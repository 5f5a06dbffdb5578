import type { RequestVariant } from '../../model/service.ts';
import type { VariantName } from '../../model/variant.ts';
import type { Assessment, GuardedDoor } from './assess.ts';
import { type Row, refusalRow, type Talk } from './attempt.ts';

/** What a variant is, to a reader. */
const VARIANT_WORDS = {
  'query-key': 'a wrong key in the query string',
  'double-slash': 'no credential, two slashes at the start',
  'trailing-slash': 'no credential, a slash at the end',
  'dot-segment': 'no credential, behind /./',
  'encoded-slash': 'no credential, a slash written %2F',
  'upper-case': 'no credential, in capitals',
  'forwarded-for': 'no credential, as if forwarded for 127.0.0.1',
  'forwarded-path': 'no credential, as if another path were asked for',
  'forwarded-host': 'no credential, as if forwarded for another host name',
  'method-override': 'no credential, as if it were an OPTIONS',
  'foreign-host': 'no credential, another host name',
} as const satisfies Record<VariantName, string>;

/** The door asked for in other ways, always without credentials. */
export async function variantRows(door: GuardedDoor, variants: readonly RequestVariant[], talk: Talk): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, request } of variants.filter(({ of }) => of === door.request.key)) {
    const seen = variantSeen(door.assess(await talk.ask(request)));
    const check = name === 'query-key' ? 'query-credential' : 'request-variant';
    const row = refusalRow(check, VARIANT_WORDS[name], door, seen);
    rows.push({ ...row, request: `${request.method} ${request.path}` });
  }
  return rows;
}

/** A path that is not served gives nothing away; only what a reader would get of the door itself got past the gate. */
function variantSeen(seen: Assessment): Assessment {
  const { status } = seen;
  if (status === null || seen.got === 'refused') return seen;
  if (status >= 200 && status < 300)
    return seen.got === 'accepted' ? seen : { got: 'refused', status, reason: 'something else is served there' };
  return status < 500 && status !== 429
    ? { got: 'refused', status, reason: 'not served' }
    : { ...seen, got: 'unknown' };
}
