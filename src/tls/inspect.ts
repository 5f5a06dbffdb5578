import type { InspectionMode, Lack, ProtocolFacts, TlsVersion } from '../model/tls.ts';
import type { Answer, HelloAnswer } from './answer.ts';
import { inspectClassic, inspectClassicQuickly } from './inspect-classic.ts';
import {
  chainsOf,
  classicFlights,
  diffieHellmanBits,
  exportRsaBits,
  type Flight,
  fallbackProtection,
  modernFlight,
} from './inspect-details.ts';
import type { Inspection, Scouting } from './inspection.ts';
import { offers as makeOffers, type Offers } from './offers.ts';
import { findPreference } from './preference.ts';
import { protocolFacts, suitesOf } from './protocol.ts';
import type { Questions } from './questions.ts';
import type { Repertoire } from './repertoire.ts';
import { type ModernSearch, searchClassicGroups, searchModern } from './search-groups.ts';

export interface InspectOptions {
  readonly mode: InspectionMode;
  /** For SNI; null for an address. */
  readonly serverName: string | null;
  readonly repertoire: Repertoire;
  /** Groups the platform can do, so that TLS 1.3 flights can be opened. */
  readonly doable: (group: number) => boolean;
}

const CLASSIC = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'] as const;

/** Everything that hellos can tell of one port. Independent questions are asked side by side; the questions' own limits hold. */
export async function inspect(
  questions: Questions,
  options: InspectOptions,
): Promise<{ scouting: Scouting; inspection: Inspection | null }> {
  const { repertoire, mode } = options;
  const offers = makeOffers(repertoire, options.serverName);
  const modernSuites = repertoire.suitesOf('TLSv1.3');
  const first = await questions.ask({
    offer: offers.suites('TLSv1.3', modernSuites),
    depth: mode === 'quick' ? 'flight' : 'hello',
  });
  const scouting = await scout(first, questions, offers, repertoire);
  if (scouting.speech !== 'tls') return { scouting, inspection: null };

  const [ssl2, modern, ...classic] = await Promise.all([
    inspectSsl2(questions, repertoire),
    inspectModern(first, questions, offers, options),
    ...CLASSIC.map((version) =>
      (mode === 'quick' ? inspectClassicQuickly : inspectClassic)(version, questions, offers, repertoire),
    ),
  ]);
  const protocols = [ssl2.facts, ...classic.map(({ facts }) => facts), modern.facts];
  const details =
    mode === 'quick' ? quickDetails(classic, modern) : await fullDetails(questions, offers, options, protocols, modern);
  const groups = new Map<number, Set<TlsVersion>>();
  const addGroup = (group: number | null | undefined, version: TlsVersion): void => {
    if (typeof group === 'number') groups.set(group, (groups.get(group) ?? new Set()).add(version));
  };
  for (const group of modern.search.groups) addGroup(group, 'TLSv1.3');
  for (const [group, version] of details.classicGroups) addGroup(group, version);

  const flights = details.flights.map(({ answer }) => answer);
  return {
    scouting,
    inspection: {
      protocols,
      groups,
      groupsExhaustive: mode === 'full' && modern.search.exhaustive !== false && details.groupsExhaustive,
      hellos: [...flights, ...[...classic].reverse().flatMap(({ hellos }) => hellos), ...modern.search.hellos],
      flights,
      chains: [
        ...chainsOf(details.flights),
        ...(ssl2.certificate ? [{ version: 'SSLv2' as const, certificates: [ssl2.certificate] }] : []),
      ].slice(0, MAX_CHAINS),
      dhBits: details.dhBits,
      exportRsaBits: details.exportRsaBits,
      fallbackProtection: details.fallbackProtection,
      lacks: [...lacksOf(protocols), ...details.lacks],
      notes: [],
    },
  };
}

/** RSA, ECDSA, DSA, and one more of SSLv2. */
const MAX_CHAINS = 4;

async function scout(first: Answer, questions: Questions, offers: Offers, repertoire: Repertoire): Promise<Scouting> {
  if (first.kind === 'foreign') return foreign(first.head);
  if (first.kind !== 'failed') return { speech: 'tls' };
  if (first.reason !== 'timeout') return { speech: 'silent', detail: first.reason };
  // Some old servers never answer a hello they do not understand.
  const second = await questions.ask({
    offer: offers.suites('TLSv1.0', repertoire.commonOf('TLSv1.0')),
    depth: 'hello',
  });
  if (second.kind === 'foreign') return foreign(second.head);
  return second.kind === 'failed' ? { speech: 'silent', detail: second.reason } : { speech: 'tls' };
}

/** HTTP servers answer a hello in words, some without a status line. An SSLv2 record starts with the top bit set. */
function foreign(head: Uint8Array): Scouting {
  if (((head[0] ?? 0) & 0x80) !== 0 && head[2] === 0) return { speech: 'tls' };
  const text = new TextDecoder('latin1').decode(head).trimStart();
  const http = /^(?:HTTP\/|<!doctype|<html|<head|<title|400 |Client sent an HTTP)/i.test(text);
  return http
    ? { speech: 'plaintext', detail: 'answers a TLS hello with plain HTTP' }
    : { speech: 'other', detail: 'answers a TLS hello with something that is not TLS' };
}

async function inspectSsl2(
  questions: Questions,
  repertoire: Repertoire,
): Promise<{ facts: ProtocolFacts; certificate: Uint8Array | null }> {
  const answer = await questions.askSsl2(repertoire.ssl2Kinds);
  const base = { version: 'SSLv2', preference: 'unknown' } as const;
  if (answer.kind === 'failed')
    return {
      facts: { ...base, offered: 'unknown', suites: [], searched: 'partial', reason: answer.reason },
      certificate: null,
    };
  if (answer.kind === 'no')
    return {
      facts: { ...base, offered: false, suites: [], searched: 'all', reason: 'no SSLv2 answer' },
      certificate: null,
    };
  const suites = suitesOf(answer.hello.kinds, repertoire);
  // A hello without a common kind completes nothing: the version answers but cannot be used.
  const offered = suites.length > 0 ? true : 'unusable';
  const reason = offered === true ? null : 'answers, but shares no cipher';
  const certificate = answer.hello.certificate.length > 0 ? answer.hello.certificate : null;
  return { facts: { ...base, preference: 'client', offered, suites, searched: 'all', reason }, certificate };
}

interface ModernFindings {
  readonly facts: ProtocolFacts;
  readonly search: ModernSearch;
  readonly first: Answer;
}

async function inspectModern(
  first: Answer,
  questions: Questions,
  offers: Offers,
  { mode, repertoire }: InspectOptions,
): Promise<ModernFindings> {
  let pending: Answer | null = first;
  const offer = async (suites: readonly number[], groups: readonly number[]): Promise<Answer> => {
    const answer =
      pending ??
      (mode === 'quick'
        ? REFUSED
        : await questions.ask({ offer: offers.suites('TLSv1.3', suites, groups), depth: 'hello' }));
    pending = null;
    return answer;
  };
  const search = await searchModern(repertoire.suitesOf('TLSv1.3'), repertoire.modernGroups, offer);
  if (mode === 'quick') {
    const searched = first.kind === 'failed' ? 'partial' : 'unwanted';
    return {
      facts: protocolFacts(
        'TLSv1.3',
        search.accepted.length > 0 ? search : { ...search, last: first },
        'unknown',
        repertoire,
        searched,
      ),
      search,
      first,
    };
  }
  const preference = await findPreference(search.accepted, 'TLSv1.3', (suites) =>
    offer(suites, repertoire.modernGroups),
  );
  return { facts: protocolFacts('TLSv1.3', search, preference, repertoire), search, first };
}

const REFUSED: Answer = { kind: 'alert', code: 40 };

interface Details {
  readonly flights: readonly Flight[];
  readonly classicGroups: readonly (readonly [group: number, version: TlsVersion])[];
  readonly groupsExhaustive: boolean;
  readonly dhBits: number | 'unknown' | null;
  readonly exportRsaBits: number | null;
  readonly fallbackProtection: boolean | 'unknown' | null;
  readonly lacks: readonly Lack[];
}

async function fullDetails(
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
  const doable = groups.filter(options.doable);
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

function quickDetails(
  classic: readonly { readonly hellos: readonly HelloAnswer[]; readonly facts: ProtocolFacts }[],
  modern: ModernFindings,
): Details {
  const flights: Flight[] = [];
  if (modern.first.kind === 'hello' && modern.facts.offered === true)
    flights.push({ version: 'TLSv1.3', answer: modern.first });
  for (const { facts, hellos } of classic)
    for (const answer of hellos) if (answer.certificates) flights.push({ version: facts.version, answer });
  const tls12 = classic.find(({ facts }) => facts.version === 'TLSv1.2');
  const group = tls12?.hellos.find(({ keyExchange }) => keyExchange?.group != null)?.keyExchange?.group;
  const dh = tls12?.hellos.flatMap(({ keyExchange }) => keyExchange?.dhBits ?? [])[0];
  const lacks = [
    'every suite',
    'every group',
    'server preference',
    'downgrade protection',
    'size of Diffie-Hellman groups',
  ];
  return {
    flights,
    classicGroups: typeof group === 'number' ? [[group, 'TLSv1.2']] : [],
    groupsExhaustive: false,
    dhBits: dh ?? (tls12?.facts.suites.some(({ keyExchange }) => keyExchange === 'DHE') ? 'unknown' : null),
    exportRsaBits: null,
    fallbackProtection: 'unknown',
    lacks: [
      ...lacks.map((check) => ({ check, reason: 'quick inspection' })),
      ...unreadable(modern.facts.offered === true ? modern.first : null),
    ],
  };
}

function unreadable(flight: Answer | null): Lack[] {
  if (flight === null) return [];
  if (flight.kind === 'hello' && flight.certificates) return [];
  const reason =
    flight.kind === 'hello' ? (flight.trouble ?? 'not sent') : 'the server refused the hello that asks for it';
  return [{ check: 'certificate in TLS 1.3', reason }];
}

function lacksOf(protocols: readonly ProtocolFacts[]): Lack[] {
  return protocols.flatMap(({ version, offered, searched, reason }) => {
    if (offered === 'unknown') return [{ check: version, reason: reason ?? 'no answer' }];
    return searched === 'partial' ? [{ check: `suites of ${version}`, reason: reason ?? 'the search broke off' }] : [];
  });
}
