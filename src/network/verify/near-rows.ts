import type { Credential } from '../../model/credential.ts';
import type { HeaderLine } from '../../model/exchange.ts';
import type { ExpectationCheck } from '../../model/expectation.ts';
import type { Assessment, GuardedDoor } from './assess.ts';
import { type Row, refusalRow, unknownRow } from './attempt.ts';
import { linesOf, linesWith, type Presentation } from './credential.ts';
import { mutationsOf } from './mutations.ts';

/*
 * What is nearly right, on a door that the right credential opens: what was right once, what differs in a character,
 * and the key without the certificate that belongs to it.
 */

/** A door, and what came of the right credential there; null where it was not sent. */
export interface Specimen {
  readonly door: GuardedDoor;
  readonly right: Assessment | null;
}

export type Send = (door: GuardedDoor, lines: readonly HeaderLine[]) => Promise<Assessment>;

const NO_MEASURE = 'the right credential is not accepted here either: a refusal proves nothing';
const NOTHING_RIGHT = 'no right credential was shown here: a refusal proves nothing';

/** A refusal counts only where the right credential opens. What is accepted is accepted all the same. */
export function measured(seen: Assessment, right: Assessment | null): Assessment {
  if (seen.got !== 'refused' || right?.got === 'accepted') return seen;
  return { ...seen, got: 'unknown', reason: right === null ? NOTHING_RIGHT : NO_MEASURE };
}

export interface Former {
  readonly retired: Credential | null;
  readonly expired: Credential | null;
  /** Why the token that was called expired is not. */
  readonly unexpired: string | null;
}

export async function formerRows(
  { door, right }: Specimen,
  { retired, expired, unexpired }: Former,
  presentation: Presentation,
  send: Send,
): Promise<Row[]> {
  const former: [ExpectationCheck, string, Credential | null, string | null][] = [
    ['retired-credential', 'the old credential', retired, null],
    ['expired-token', 'an expired token', expired, unexpired],
  ];
  const rows: Row[] = [];
  for (const [check, sent, credential, doubt] of former) {
    if (credential === null) continue;
    if (doubt !== null) {
      rows.push(unknownRow(check, sent, door, 'refused', doubt));
      continue;
    }
    const seen = await send(door, linesOf(credential, presentation));
    rows.push(refusalRow(check, sent, door, measured(seen, right)));
  }
  return rows;
}

const NOUNS = { key: 'key', token: 'token', basic: 'password' } as const satisfies Record<Credential['kind'], string>;

export async function changedRows(
  { door, right }: Specimen,
  credential: Credential,
  presentation: Presentation,
  send: Send,
): Promise<Row[]> {
  const secret = credential.kind === 'basic' ? credential.password : credential.value;
  const noun = NOUNS[credential.kind];
  if (right?.got !== 'accepted')
    return [unknownRow('near-credential', `the ${noun}, changed`, door, 'refused', NO_MEASURE)];
  const rows: Row[] = [];
  for (const { check, what, value } of mutationsOf(secret)) {
    const shown = credential.kind === 'basic' ? `${credential.user}:${value}` : value;
    const seen = await send(door, linesWith(shown, presentation));
    rows.push(refusalRow(check, `the ${noun} with ${what}`, door, seen));
  }
  return rows;
}

/**
 * What the right client certificate is worth: the same request with a self-signed one, and, where a key goes with it,
 * with none. `lines` are those of the right key; empty where the certificate is all there is.
 */
export async function certificateRows(
  { door, right }: Specimen,
  lines: readonly HeaderLine[],
  ask: { readonly pretending: Send; readonly uncertified: Send | null },
): Promise<Row[]> {
  const key = lines.length > 0 ? 'the right credential, ' : '';
  const rows: Row[] = [];
  const row = async (sent: string, send: Send): Promise<void> => {
    rows.push(refusalRow('client-certificate', sent, door, measured(await send(door, lines), right)));
  };
  if (ask.uncertified) await row(`${key}no client certificate`, ask.uncertified);
  await row(`${key}a self-signed client certificate`, ask.pretending);
  return rows;
}
