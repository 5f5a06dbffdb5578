import { withLines } from '../../catalogue/request.ts';
import type { Credential } from '../../model/credential.ts';
import type { HeaderLine } from '../../model/exchange.ts';
import type { ExpectationCheck } from '../../model/expectation.ts';
import type { RequestVariant } from '../../model/service.ts';
import type { VariantName } from '../../model/variant.ts';
import type { Assessment, GuardedDoor } from './assess.ts';
import { acceptanceRow, type Row, refusalRow, type Talk, unknownRow } from './attempt.ts';
import {
  emptyLines,
  linesOf,
  linesWith,
  type Presentation,
  shoutedLines,
  strangeLines,
  wrongLines,
} from './credential.ts';
import { mutationsOf } from './mutations.ts';

/*
 * The proof itself: every door without credentials and with wrong ones, the right one, and what is nearly right.
 * Which requests are sent is decided here; how an answer is read is the door's.
 */

export interface Proof {
  readonly doors: readonly GuardedDoor[];
  readonly variants: readonly RequestVariant[];
  readonly presentation: Presentation;
  /** What may be sent over this connection; null where nothing was given or nothing may be. */
  readonly right: Credential | null;
  readonly retired: Credential | null;
  readonly expired: Credential | null;
  /** Why a credential that was given is not sent. */
  readonly withheld: string | null;
  /** Why the token that was called expired is not. */
  readonly unexpired: string | null;
  readonly intermediaries: readonly string[];
}

interface Tried {
  readonly door: GuardedDoor;
  readonly anonymous: Assessment;
  /** Null where it was not sent. */
  readonly right: Assessment | null;
}

export async function prove(talk: Talk, proof: Proof): Promise<Row[]> {
  const { doors, presentation, right } = proof;
  const rows: Row[] = [];
  const send = async (door: GuardedDoor, lines: readonly HeaderLine[]): Promise<Assessment> =>
    door.assess(await talk.ask(withLines(door.request, lines)));

  const bare: Tried[] = [];
  for (const door of doors) bare.push({ door, anonymous: await send(door, []), right: null });
  for (const { door, anonymous } of bare)
    rows.push(refusalRow('anonymous', 'no credential', door, settled(door, anonymous, bare, proof)));

  // An open door needs no key.
  const locked: Tried[] = [];
  for (const tried of bare.filter(({ anonymous }) => anonymous.got !== 'accepted')) {
    const { door } = tried;
    if (right === null) {
      if (proof.withheld)
        rows.push(unknownRow('right-credential', 'the right credential', door, 'accepted', proof.withheld));
      locked.push(tried);
      continue;
    }
    const seen = await send(door, linesOf(right, presentation));
    rows.push(acceptanceRow('right-credential', 'the right credential', door, seen));
    locked.push({ ...tried, right: seen });
  }

  const refusing = locked.filter(({ anonymous }) => anonymous.got === 'refused');
  for (const { door } of refusing) {
    rows.push(refusalRow('wrong-credential', 'a wrong credential', door, await send(door, wrongLines(presentation))));
    rows.push(refusalRow('empty-credential', 'an empty credential', door, await send(door, emptyLines(presentation))));
    rows.push(
      refusalRow(
        'wrong-scheme',
        'a wrong credential of another scheme',
        door,
        await send(door, strangeLines(presentation)),
      ),
    );
  }
  const specimens = specimensOf(refusing);
  for (const specimen of specimens) rows.push(...(await formerCredentials(specimen, proof, send)));
  const [specimen] = specimens;
  if (specimen) {
    const { door } = specimen;
    rows.push(
      refusalRow(
        'case-change',
        'a wrong credential, name and scheme in capitals',
        door,
        await send(door, shoutedLines(presentation)),
      ),
    );
    const twice = [...wrongLines(presentation), ...wrongLines(presentation)];
    rows.push(refusalRow('second-header', 'two wrong credentials', door, await send(door, twice)));
    rows.push(...(await nearlyRight(specimen, proof, send)));
  }
  for (const each of specimens) rows.push(...(await variantRows(each, proof, talk)));
  return byDoor(rows);
}

/** What was tried on one door stands together, in the order in which it was. */
function byDoor(rows: readonly Row[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const door = `${row.class} ${row.request}`;
    groups.set(door, [...(groups.get(door) ?? []), row]);
  }
  return [...groups.values()].flat();
}

/** A GET that stands for another request settles nothing where that one is refused, or where something in front may tell them apart. */
function settled(door: GuardedDoor, seen: Assessment, all: readonly Tried[], { intermediaries }: Proof): Assessment {
  if (!door.standIn || seen.got !== 'accepted') return seen;
  if (intermediaries.length > 0)
    return {
      ...seen,
      got: 'unknown',
      reason: `${intermediaries.join(', ')} in front may treat other requests otherwise`,
    };
  const gate = all.find(
    (other) =>
      other.door.class === door.class &&
      !other.door.side &&
      !door.side &&
      other.door.request.kind === 'gate' &&
      other.anonymous.got === 'refused',
  );
  return gate
    ? {
        ...seen,
        got: 'unknown',
        reason: `${gate.door.name} is refused: something in front treats requests differently`,
      }
    : seen;
}

/** For each class the door on which the rest is tried: one that the right credential opens, a GET with a body first. */
function specimensOf(tried: readonly Tried[]): Tried[] {
  const classes = [...new Set(tried.map(({ door }) => door.class))];
  const rank = ({ door, right }: Tried): number =>
    (right?.got === 'accepted' ? 0 : 4) + (right?.status === 200 ? 0 : 1) + (door.side ? 2 : 0);
  const best = classes.flatMap((kind) => {
    const ranked = tried.filter(({ door }) => door.class === kind).sort((a, b) => rank(a) - rank(b));
    return ranked.slice(0, 1);
  });
  return best.sort((a, b) => rank(a) - rank(b));
}

type Send = (door: GuardedDoor, lines: readonly HeaderLine[]) => Promise<Assessment>;

const NO_MEASURE = 'the right credential is not accepted here either: a refusal proves nothing';

async function formerCredentials({ door, right }: Tried, proof: Proof, send: Send): Promise<Row[]> {
  const former: [ExpectationCheck, string, Credential | null, string | null][] = [
    ['retired-credential', 'the old credential', proof.retired, null],
    ['expired-token', 'an expired token', proof.expired, proof.unexpired],
  ];
  const rows: Row[] = [];
  for (const [check, sent, credential, doubt] of former) {
    if (credential === null) continue;
    if (doubt !== null) {
      rows.push(unknownRow(check, sent, door, 'refused', doubt));
      continue;
    }
    const seen = await send(door, linesOf(credential, proof.presentation));
    rows.push(refusalRow(check, sent, door, measured(seen, right)));
  }
  return rows;
}

/** A refusal counts only where the right credential opens. What is accepted is accepted all the same. */
function measured(seen: Assessment, right: Assessment | null): Assessment {
  if (seen.got !== 'refused' || right?.got === 'accepted') return seen;
  return { ...seen, got: 'unknown', reason: NO_MEASURE };
}

async function nearlyRight({ door, right }: Tried, proof: Proof, send: Send): Promise<Row[]> {
  const { right: credential, presentation } = proof;
  if (credential === null) return [];
  const secret = credential.kind === 'basic' ? credential.password : credential.value;
  const noun = { key: 'key', token: 'token', basic: 'password' }[credential.kind];
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

/** What a variant is, to a reader. */
const VARIANT_WORDS = {
  'query-key': 'a wrong key in the query string',
  'double-slash': 'no credential, two slashes at the start',
  'trailing-slash': 'no credential, a slash at the end',
  'dot-segment': 'no credential, behind /./',
  'encoded-slash': 'no credential, a slash written %2F',
  'upper-case': 'no credential, in capitals',
  'forwarded-for': 'no credential, as if forwarded for 127.0.0.1',
  'forwarded-path': 'no credential, as if forwarded from /',
  'method-override': 'no credential, as if it were OPTIONS',
  'foreign-host': 'no credential, another host name',
} as const satisfies Record<VariantName, string>;

async function variantRows({ door }: Tried, proof: Proof, talk: Talk): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, request } of proof.variants.filter(({ of }) => of === door.request.key)) {
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
