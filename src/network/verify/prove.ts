import { withLines } from '../../catalogue/request.ts';
import type { Credential } from '../../model/credential.ts';
import type { HeaderLine } from '../../model/exchange.ts';
import type { RequestVariant } from '../../model/service.ts';
import type { Assessment, GuardedDoor } from './assess.ts';
import { acceptanceRow, type Row, refusalRow, type Talk, unknownRow } from './attempt.ts';
import { emptyLines, linesOf, type Presentation, shoutedLines, strangeLines, wrongLines } from './credential.ts';
import { certificateRows, changedRows, type Former, formerRows, type Send, type Specimen } from './near-rows.ts';
import { variantRows } from './variant-rows.ts';

/*
 * The proof itself: every door without credentials and with wrong ones, the right one, and what is nearly right.
 * Which requests are sent is decided here; how an answer is read is the door's.
 */

export interface Proof extends Former {
  readonly doors: readonly GuardedDoor[];
  readonly variants: readonly RequestVariant[];
  readonly presentation: Presentation;
  /** What may be sent over this connection; null where nothing was given or nothing may be. */
  readonly right: Credential | null;
  /** Why a credential that was given is not sent. */
  readonly withheld: string | null;
  readonly intermediaries: readonly string[];
  readonly ways: Ways;
}

/** Ways to the doors. Where both a key and a client certificate are needed, the key is tried behind the certificate. */
export interface Ways {
  readonly strangers: Talk;
  /** Null where no client certificate was given. */
  readonly certified: { readonly own: Talk; readonly pretending: Talk; readonly bare: Talk } | null;
}

interface Tried extends Specimen {
  readonly anonymous: Assessment;
}

export async function prove(proof: Proof): Promise<Row[]> {
  const { presentation, right, ways } = proof;
  const asked = await withoutCredential(proof);
  const rows = asked.map(({ door, anonymous }) =>
    refusalRow('anonymous', nothingOf(proof), door, settled(door, anonymous, asked, proof)),
  );

  // An open door needs no key.
  const closed = asked.filter(({ anonymous }) => anonymous.got !== 'accepted');
  const tried: Tried[] = [];
  for (const one of closed) {
    const { row, seen } = await withRightOne(one, proof);
    if (row) rows.push(row);
    tried.push({ ...one, right: seen });
  }

  const refusing = tried.filter(({ anonymous }) => anonymous.got === 'refused');
  const send = over(ways.strangers);
  const keyed = right !== null || ways.certified === null;
  const specimens = specimensOf(refusing);
  if (keyed) {
    for (const { door } of refusing) rows.push(await wrongRow(door, presentation, send));
    for (const { door } of specimens) rows.push(...(await otherwiseWrongRows(door, presentation, send)));
  }
  if (ways.certified) {
    const { pretending, bare } = ways.certified;
    const lines = right ? linesOf(right, presentation) : [];
    const ask = { pretending: over(pretending), uncertified: right ? over(bare) : null };
    for (const one of right ? specimens : refusing) rows.push(...(await certificateRows(one, lines, ask)));
  }
  for (const one of specimens) rows.push(...(await formerRows(one, proof, presentation, send)));
  const [first] = specimens;
  if (first && keyed) rows.push(...(await oddlyShownRows(first.door, presentation, send)));
  if (first && right) rows.push(...(await changedRows(first, right, presentation, send)));
  for (const { door } of specimens) rows.push(...(await variantRows(door, proof.variants, ways.strangers)));
  return byDoor(rows);
}

function over(talk: Talk): Send {
  return async (door, lines) => door.assess(await talk.ask(withLines(door.request, lines)));
}

/** All of them first: whether one answer counts may depend on the others. */
async function withoutCredential({ doors, ways }: Proof): Promise<Tried[]> {
  const send = over(ways.strangers);
  const asked: Tried[] = [];
  for (const door of doors) asked.push({ door, anonymous: await send(door, []), right: null });
  return asked;
}

function nothingOf({ right, ways }: Proof): string {
  return ways.certified && right === null ? 'no client certificate' : 'no credential';
}

async function withRightOne(
  { door }: Tried,
  { right, ways, presentation, withheld }: Proof,
): Promise<{ readonly row: Row | null; readonly seen: Assessment | null }> {
  const sent = right || ways.certified === null ? 'the right credential' : 'the right client certificate';
  if (right === null && ways.certified === null) {
    const row = withheld === null ? null : unknownRow('right-credential', sent, door, 'accepted', withheld);
    return { row, seen: null };
  }
  const send = over(ways.certified?.own ?? ways.strangers);
  const seen = await send(door, right ? linesOf(right, presentation) : []);
  return { row: acceptanceRow('right-credential', sent, door, seen), seen };
}

async function wrongRow(door: GuardedDoor, presentation: Presentation, send: Send): Promise<Row> {
  return refusalRow('wrong-credential', 'a wrong credential', door, await send(door, wrongLines(presentation)));
}

async function otherwiseWrongRows(door: GuardedDoor, presentation: Presentation, send: Send): Promise<Row[]> {
  const another = 'a wrong credential of another scheme';
  return [
    refusalRow('empty-credential', 'an empty credential', door, await send(door, emptyLines(presentation))),
    refusalRow('wrong-scheme', another, door, await send(door, strangeLines(presentation))),
  ];
}

async function oddlyShownRows(door: GuardedDoor, presentation: Presentation, send: Send): Promise<Row[]> {
  const wrong = wrongLines(presentation);
  const twice: HeaderLine[] = [...wrong, ...wrong];
  const shouted = 'a wrong credential, name and scheme in capitals';
  return [
    refusalRow('case-change', shouted, door, await send(door, shoutedLines(presentation))),
    refusalRow('second-header', 'two wrong credentials', door, await send(door, twice)),
  ];
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

/**
 * For each class the door on which the rest is tried: one that the right credential opens, a GET with a body first; a hello
 * may make a session, so it comes after those.
 */
function specimensOf(tried: readonly Tried[]): Tried[] {
  const classes = [...new Set(tried.map(({ door }) => door.class))];
  const rank = ({ door, right }: Tried): number =>
    (right?.got === 'accepted' ? 0 : 4) +
    (right?.status === 200 ? 0 : 1) +
    (door.side ? 2 : 0) +
    (door.request.kind === 'protocol' ? 0.5 : 0);
  const best = classes.flatMap((kind) => {
    const ranked = tried.filter(({ door }) => door.class === kind).sort((a, b) => rank(a) - rank(b));
    return ranked.slice(0, 1);
  });
  return best.sort((a, b) => rank(a) - rank(b));
}
