import type { ProtocolFacts } from '../model/tls.ts';
import type { HelloAnswer } from './answer.ts';
import type { HelloVersion, Offers } from './offers.ts';
import { findPreference } from './preference.ts';
import { protocolFacts } from './protocol.ts';
import type { Questions } from './questions.ts';
import type { Repertoire } from './repertoire.ts';
import { eliminate, refusal, searchSuites } from './search.ts';

export type ClassicVersion = Exclude<HelloVersion, 'TLSv1.3'>;

export interface ClassicFindings {
  readonly facts: ProtocolFacts;
  readonly hellos: readonly HelloAnswer[];
}

/** SSLv3 to TLS 1.2 in full: every suite, then whose order decides. */
export async function inspectClassic(
  version: ClassicVersion,
  questions: Questions,
  offers: Offers,
  repertoire: Repertoire,
): Promise<ClassicFindings> {
  const offer = (suites: readonly number[]) => questions.ask({ offer: offers.suites(version, suites), depth: 'hello' });
  const search = await searchSuites(repertoire.suitesOf(version), repertoire.commonOf(version), version, offer);
  const preference = await findPreference(search.accepted, version, offer);
  return { facts: protocolFacts(version, search, preference, repertoire), hellos: search.hellos };
}

/**
 * The least that grades a clean server. Before TLS 1.2 every suite is offered once: the refusal settles the version. In
 * TLS 1.2 the unwanted suites and, apart, the weak curves are offered: the refusals prove that none is accepted. Whatever is
 * accepted is searched in full.
 */
export async function inspectClassicQuickly(
  version: ClassicVersion,
  questions: Questions,
  offers: Offers,
  repertoire: Repertoire,
): Promise<ClassicFindings> {
  const offer = (suites: readonly number[]) => questions.ask({ offer: offers.suites(version, suites), depth: 'hello' });
  if (version !== 'TLSv1.2') {
    const search = await searchSuites(repertoire.suitesOf(version), [], version, offer);
    return { facts: protocolFacts(version, search, 'unknown', repertoire), hellos: search.hellos };
  }
  const [unwanted, wanted, weak] = await Promise.all([
    searchSuites(repertoire.unwanted, [], version, offer),
    eliminateOne(repertoire.wanted, questions, offers),
    questions.ask({ offer: offers.suites(version, repertoire.wanted, repertoire.weakGroups), depth: 'key-exchange' }),
  ]);
  const accepted = [...wanted.accepted, ...unwanted.accepted];
  const weakHello = refusal(weak, version, repertoire.wanted) === null && weak.kind === 'hello' ? [weak] : [];
  const found = { ...wanted, accepted, hellos: [...wanted.hellos, ...unwanted.hellos, ...weakHello] };
  const last = accepted.length === 0 && wanted.last.kind !== 'failed' ? unwanted.last : wanted.last;
  const searched = unwanted.searched === 'all' ? 'unwanted' : 'partial';
  return { facts: protocolFacts(version, { ...found, last }, 'unknown', repertoire, searched), hellos: found.hellos };
}

/** One wanted suite, with the server's whole flight. */
async function eliminateOne(wanted: readonly number[], questions: Questions, offers: Offers) {
  let asked = false;
  return eliminate(wanted, 'TLSv1.2', async (suites) => {
    if (asked) return { kind: 'alert', code: 40 } as const;
    asked = true;
    return questions.ask({ offer: offers.extras('TLSv1.2', suites), depth: 'flight' });
  });
}
