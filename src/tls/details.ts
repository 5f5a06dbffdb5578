import type { Lack, ProtocolFacts, TlsVersion } from '../model/tls.ts';
import { type Answer, failureText, type HelloAnswer } from './answer.ts';
import type { InspectOptions } from './inspect.ts';
import {
  classicFlights,
  diffieHellmanBits,
  exportRsaBits,
  type Flight,
  fallbackProtection,
  modernFlight,
} from './inspect-details.ts';
import type { Offers } from './offers.ts';
import type { Questions } from './questions.ts';
import type { Repertoire } from './repertoire.ts';
import { type ModernSearch, searchClassicGroups } from './search-groups.ts';

export interface ModernFindings {
  readonly facts: ProtocolFacts;
  readonly search: ModernSearch;
  readonly first: Answer;
}

export interface Details {
  readonly flights: readonly Flight[];
  readonly classicGroups: readonly (readonly [group: number, version: TlsVersion])[];
  readonly groupsExhaustive: boolean;
  readonly dhBits: number | 'unknown' | null;
  readonly exportRsaBits: number | null;
  readonly fallbackProtection: boolean | 'unknown' | null;
  readonly lacks: readonly Lack[];
}

export async function fullDetails(
  questions: Questions,
  offers: Offers,
  options: InspectOptions,
  protocols: readonly ProtocolFacts[],
  modern: ModernFindings,
): Promise<Details> {
  const classic = [...protocols]
    .reverse()
    .find(({ version, offered }) => offered === true && version !== 'TLSv1.3' && version !== 'SSLv2');
  const groups = modern.search.groups;
  const possible = groups.filter(options.canAgree);
  const classicOnes = possible.filter((group) => !options.repertoire.isPostQuantum(group));
  // Keys on lattices take longer to make: they are for servers that have nothing else.
  const doable = classicOnes.length > 0 ? classicOnes : possible;
  const [flights, modernAnswer, classicGroups, dhBits, exportBits, fallback] = await Promise.all([
    classic ? classicFlights(classic, questions, offers) : [],
    modern.facts.offered === true
      ? modernFlight(modern.search.accepted, doable.length > 0 ? doable : groups, doable, questions, offers)
      : null,
    classic ? groupsOf(classic, questions, offers, options.repertoire) : { groups: [], exhaustive: true },
    diffieHellmanBits(protocols, questions, offers),
    exportRsaBits(protocols, questions, offers),
    fallbackProtection(protocols, questions, offers),
  ]);
  const modernFlights =
    modernAnswer?.kind === 'hello'
      ? await otherKinds(modernAnswer, modern, doable, classic !== undefined, questions, offers)
      : [];
  return {
    flights: [...modernFlights, ...flights],
    classicGroups: classicGroups.groups.map((group) => [group, classic?.version ?? 'TLSv1.2'] as const),
    groupsExhaustive: classicGroups.exhaustive,
    dhBits,
    exportRsaBits: exportBits,
    fallbackProtection: fallback,
    lacks: unreadable(modernAnswer),
  };
}

/** A server of TLS 1.3 alone may have a second certificate; it shows when only the other kind of signature is offered. */
async function otherKinds(
  first: HelloAnswer,
  modern: ModernFindings,
  doable: readonly number[],
  seenInClassic: boolean,
  questions: Questions,
  offers: Offers,
): Promise<Flight[]> {
  const flights: Flight[] = [{ version: 'TLSv1.3', answer: first }];
  if (seenInClassic || first.scheme === null) return flights;
  const offer = offers.suites('TLSv1.3', modern.search.accepted, doable);
  const schemes = offer.schemes.filter((scheme) => isRsa(scheme) !== isRsa(first.scheme ?? 0));
  const second = await questions.ask({ offer: { ...offer, schemes }, depth: 'flight' });
  return second.kind === 'hello' && second.certificates
    ? [...flights, { version: 'TLSv1.3', answer: second }]
    : flights;
}

/** RSASSA-PSS and PKCS#1 of RFC 8446 §4.2.3. */
function isRsa(scheme: number): boolean {
  return (
    (scheme >> 8 === 8 &&
      (scheme & 0xff) >= 4 &&
      (scheme & 0xff) <= 0x0b &&
      (scheme & 0xff) !== 7 &&
      (scheme & 0xff) !== 8) ||
    (scheme & 0xff) === 1
  );
}

async function groupsOf(classic: ProtocolFacts, questions: Questions, offers: Offers, repertoire: Repertoire) {
  const elliptic = classic.suites.filter(({ keyExchange }) => keyExchange === 'ECDHE');
  // An ECDSA certificate wants its own curve among those offered; RSA leaves the choice free.
  const free = elliptic.filter(({ authentication }) => authentication !== 'ECDSA');
  const suites = (free.length > 0 ? free : elliptic).map(({ code }) => code);
  const version = classic.version;
  if (suites.length === 0 || version === 'SSLv2' || version === 'SSLv3') return { groups: [], exhaustive: true };
  return searchClassicGroups(repertoire.classicGroups, free.length === 0, (groups) =>
    questions.ask({ offer: offers.suites(version, suites, groups), depth: 'key-exchange' }),
  );
}

/** What the answers of a quick inspection tell besides; only a Diffie-Hellman group that is in use is asked for. */
export async function quickDetails(
  protocols: readonly ProtocolFacts[],
  classic: readonly { readonly hellos: readonly HelloAnswer[]; readonly facts: ProtocolFacts }[],
  modern: ModernFindings,
  questions: Questions,
  offers: Offers,
): Promise<Details> {
  const offered = modern.facts.offered === true;
  const flights: Flight[] = [];
  if (modern.first.kind === 'hello' && offered) flights.push({ version: 'TLSv1.3', answer: modern.first });
  for (const { facts, hellos } of classic)
    for (const answer of hellos) if (answer.certificates) flights.push({ version: facts.version, answer });
  const [dhBits, exportBits] = await Promise.all([
    diffieHellmanBits(protocols, questions, offers),
    exportRsaBits(protocols, questions, offers),
  ]);
  const groups = classic.flatMap(({ facts, hellos }) =>
    hellos.flatMap(({ keyExchange }) =>
      typeof keyExchange?.group === 'number' ? [[keyExchange.group, facts.version] as const] : [],
    ),
  );
  return {
    flights,
    classicGroups: groups,
    groupsExhaustive: false,
    dhBits,
    exportRsaBits: exportBits,
    fallbackProtection: 'unknown',
    lacks: [
      ...NOT_QUICK.map((check) => ({ check, reason: 'quick inspection' })),
      ...unreadable(offered ? modern.first : null),
    ],
  };
}

const NOT_QUICK = ['every suite', 'every group', 'server preference', 'downgrade protection', 'resumption'];

function unreadable(flight: Answer | null): Lack[] {
  if (flight === null) return [];
  if (flight.kind === 'hello' && flight.certificates) return [];
  const reason =
    flight.kind === 'hello'
      ? (flight.trouble ?? 'not sent')
      : flight.kind === 'failed'
        ? failureText(flight.reason)
        : 'the server refused the hello that asks for it';
  return [{ check: 'certificate in TLS 1.3', reason }];
}
