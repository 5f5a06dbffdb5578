import type { InspectionMode, Lack, ProtocolFacts, TlsVersion } from '../model/tls.ts';
import { type Answer, failureText } from './answer.ts';
import { fullDetails, type ModernFindings, quickDetails } from './details.ts';
import { inspectClassic, inspectClassicQuickly } from './inspect-classic.ts';
import { chainsOf } from './inspect-details.ts';
import type { Inspection, Scouting } from './inspection.ts';
import { offers as makeOffers, type Offers } from './offers.ts';
import { findPreference } from './preference.ts';
import { protocolFacts, suitesOf } from './protocol.ts';
import type { Questions } from './questions.ts';
import type { Repertoire } from './repertoire.ts';
import { scout } from './scout.ts';
import { searchModern } from './search-groups.ts';

export interface InspectOptions {
  readonly mode: InspectionMode;
  /** For SNI; null for an address. */
  readonly serverName: string | null;
  readonly repertoire: Repertoire;
  /** Groups that flights of TLS 1.3 can be opened with. */
  readonly canAgree: (group: number) => boolean;
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
    mode === 'quick'
      ? await quickDetails(protocols, classic, modern, questions, offers)
      : await fullDetails(questions, offers, options, protocols, modern);
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

async function inspectSsl2(
  questions: Questions,
  repertoire: Repertoire,
): Promise<{ facts: ProtocolFacts; certificate: Uint8Array | null }> {
  const answer = await questions.askSsl2(repertoire.ssl2Kinds);
  const base = { version: 'SSLv2', preference: 'unknown' } as const;
  if (answer.kind === 'failed')
    return {
      facts: { ...base, offered: 'unknown', suites: [], searched: 'partial', reason: failureText(answer.reason) },
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

function lacksOf(protocols: readonly ProtocolFacts[]): Lack[] {
  return protocols.flatMap(({ version, offered, searched, reason }) => {
    if (offered === 'unknown') return [{ check: version, reason: reason ?? 'no answer' }];
    return searched === 'partial' ? [{ check: `suites of ${version}`, reason: reason ?? 'the search broke off' }] : [];
  });
}
