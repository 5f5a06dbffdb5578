import type { ProtocolFacts, TlsVersion } from '../model/tls.ts';
import type { SuiteInfo } from '../model/tls-table.ts';
import type { Answer, HelloAnswer } from './answer.ts';
import type { SentChain } from './inspection.ts';
import type { HelloVersion, Offers } from './offers.ts';
import type { Questions } from './questions.ts';
import { ALERT, SCSV } from './wire/numbers.ts';

/*
 * What is asked once the suites are known: the flight with its certificates, sizes of Diffie-Hellman groups,
 * and whether a downgrade is noticed.
 */

export interface Flight {
  readonly version: TlsVersion;
  readonly answer: HelloAnswer;
}

/** The server's whole first flight, once per kind of key that its suites ask for. Plain hello again where extras were refused. */
export async function classicFlights(protocol: ProtocolFacts, questions: Questions, offers: Offers): Promise<Flight[]> {
  const version = protocol.version;
  if (version === 'SSLv2' || version === 'TLSv1.3') return [];
  const kinds = ['ECDSA', 'RSA', 'DSS'] as const;
  const groups = kinds
    .map((kind) => protocol.suites.filter(({ authentication }) => authentication === kind))
    .filter((list) => list.length > 0);
  const flights = await Promise.all(groups.map((suites) => flight(version, suites, questions, offers)));
  return flights.flatMap((answer) => (answer ? [{ version, answer }] : []));
}

async function flight(
  version: HelloVersion,
  suites: readonly SuiteInfo[],
  questions: Questions,
  offers: Offers,
): Promise<HelloAnswer | null> {
  const codes = suites.map(({ code }) => code);
  const answer = await questions.ask({ offer: offers.extras(version, codes), depth: 'flight' });
  if (answer.kind === 'hello') return answer;
  if (answer.kind === 'failed') return null;
  const plain = await questions.ask({ offer: offers.suites(version, codes), depth: 'flight' });
  return plain.kind === 'hello' ? plain : null;
}

/** Where extras were refused, or a group was chosen that the platform cannot do, once more without both. */
export async function modernFlight(
  suites: readonly number[],
  groups: readonly number[],
  doable: readonly number[],
  questions: Questions,
  offers: Offers,
): Promise<Answer> {
  const first = await questions.ask({ offer: offers.extras('TLSv1.3', suites, groups), depth: 'flight' });
  if (first.kind === 'failed' || (first.kind === 'hello' && first.certificates !== null)) return first;
  if (doable.length === 0) return first;
  const second = await questions.ask({ offer: offers.suites('TLSv1.3', suites, doable), depth: 'flight' });
  return second.kind === 'hello' ? second : first;
}

export function chainsOf(flights: readonly Flight[]): SentChain[] {
  const seen = new Map<string, SentChain>();
  for (const { version, answer } of flights) {
    const certificates = answer.certificates?.chain ?? [];
    const leaf = certificates[0];
    if (leaf === undefined) continue;
    const key = Buffer.from(leaf).toString('base64');
    if (!seen.has(key)) seen.set(key, { version, certificates });
  }
  return [...seen.values()];
}

/** Bits of the group that the server sends for finite-field Diffie-Hellman; null when it has no such suite. */
export async function diffieHellmanBits(
  protocols: readonly ProtocolFacts[],
  questions: Questions,
  offers: Offers,
): Promise<number | 'unknown' | null> {
  return temporaryKey(
    protocols,
    questions,
    offers,
    ({ keyExchange, exportGrade }) => keyExchange === 'DHE' && !exportGrade,
    'dhBits',
  );
}

export async function exportRsaBits(
  protocols: readonly ProtocolFacts[],
  questions: Questions,
  offers: Offers,
): Promise<number | null> {
  const bits = await temporaryKey(
    protocols,
    questions,
    offers,
    ({ keyExchange, exportGrade }) => keyExchange === 'RSA' && exportGrade,
    'rsaBits',
  );
  return typeof bits === 'number' ? bits : null;
}

async function temporaryKey(
  protocols: readonly ProtocolFacts[],
  questions: Questions,
  offers: Offers,
  wanted: (suite: SuiteInfo) => boolean,
  field: 'dhBits' | 'rsaBits',
): Promise<number | 'unknown' | null> {
  const protocol = [...protocols]
    .reverse()
    .find(({ version, suites }) => version !== 'SSLv2' && version !== 'TLSv1.3' && suites.some(wanted));
  if (!protocol || protocol.version === 'SSLv2') return null;
  const codes = protocol.suites.filter(wanted).map(({ code }) => code);
  // Without named groups: a server that honours RFC 7919 would otherwise choose by them.
  const answer = await questions.ask({ offer: offers.suites(protocol.version, codes, []), depth: 'key-exchange' });
  if (answer.kind !== 'hello') return 'unknown';
  return answer.keyExchange?.[field] ?? 'unknown';
}

/** Null when there is no lower version to be talked down to. */
export async function fallbackProtection(
  protocols: readonly ProtocolFacts[],
  questions: Questions,
  offers: Offers,
): Promise<boolean | 'unknown' | null> {
  const usable = protocols.filter(({ version, offered }) => offered === true && version !== 'SSLv2');
  const lower = usable.at(-2);
  if (!lower || lower.version === 'SSLv2') return null;
  const suites = [...lower.suites.map(({ code }) => code), SCSV.fallback];
  const answer = await questions.ask({ offer: offers.suites(lower.version, suites), depth: 'hello' });
  if (answer.kind === 'hello') return false;
  return answer.kind === 'alert' && answer.code === ALERT.inappropriateFallback ? true : 'unknown';
}
