import type { Graph } from '../config/deployment/graph.ts';
import { writtenAt } from '../config/facts/credentials.ts';
import type { Places } from '../config/facts/place.ts';
import { type NamedCertificate, type NamingServer, namedCertificates } from '../config/named-certificates.ts';
import { isExample, isWithin } from '../config/source/paths.ts';
import { judgedCertificate } from '../judge/certificate-subject.ts';
import type { JudgedSubject } from '../judge/judge-subjects.ts';
import type { ChainFacts, TrustFacts } from '../model/certificate.ts';
import type { Trouble } from '../model/result.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { UsageError } from '../model/trouble.ts';
import type { Files } from '../system/ports.ts';
import type { ParsedCertificate } from '../tls/certificate.ts';
import type { TrustStores } from '../tls/chain.ts';

export interface CertificateContext {
  readonly files: Files;
  readonly places: Places;
  /** What is linted: files outside are not read. */
  readonly roots: readonly string[];
  readonly now: number;
  openTables(): Promise<TlsTables>;
  /** Certificates of public authorities, DER. */
  openRoots(): Promise<readonly Uint8Array[]>;
}

/** A certificate of the size of a book is none. */
const MAX_BYTES = 1_048_576;
const MOST = 500;

/** Certificate files of the tree that configurations name, each told where it is named. */
export async function certificateSubjects(
  graph: Graph,
  context: CertificateContext,
): Promise<{ readonly subjects: readonly JudgedSubject[]; readonly troubles: readonly Trouble[] }> {
  const subjects: JudgedSubject[] = [];
  const troubles: Trouble[] = [];
  let stores: Promise<TrustStores> | null = null;
  const openStores = (): Promise<TrustStores> => {
    stores ??= publicStores(context);
    return stores;
  };
  for (const named of namedCertificates(graph).slice(0, MOST)) {
    try {
      subjects.push(...(await subjectsOf(named, context, openStores)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      // What is only handed to a container need not be what its name says.
      if (named.served) troubles.push({ kind: 'file', where: named.candidates[0] ?? '', what: error.message });
    }
  }
  return { subjects, troubles };
}

async function publicStores({ openRoots }: CertificateContext): Promise<TrustStores> {
  const { anchors } = await import('../tls/anchors.ts');
  const roots = await openRoots();
  return { public: anchors(() => roots), own: anchors(() => []) };
}

async function subjectsOf(
  named: NamedCertificate,
  context: CertificateContext,
  openStores: () => Promise<TrustStores>,
): Promise<readonly JudgedSubject[]> {
  const { places, now } = context;
  const file = await firstOf(named.candidates, context);
  if (!file) return [];
  const { readCertificateFile, readKeyFile } = await import('../tls/certificate-file.ts');
  const chain = readCertificateFile(file.path, file.bytes);
  const [leaf] = chain;
  if (!leaf) return [];
  const at = writtenAt(named.certificate);
  const keyFile = await firstOf(named.keyCandidates, context);
  const key = keyFile && keyOf(() => readKeyFile(keyFile.path, keyFile.bytes).publicKey);
  const location = places.at(at);
  // Without a key it may be what others are checked against, and is no server's.
  const path = named.served && named.key ? await pathOf(chain, await openStores(), now) : null;
  const judged = judgedCertificate(
    {
      certificate: leaf.facts,
      place: file.path,
      location,
      reach: null,
      chain: path?.chain ?? null,
      trust: path?.trust ?? null,
      keyMatches: key ? Buffer.from(key).equals(Buffer.from(leaf.publicKey)) : null,
      signed: (path?.certificates ?? [leaf]).flatMap(({ facts }) => (facts.selfSigned ? [] : [facts])),
    },
    (await context.openTables()).lifetimes,
    now,
  );
  const whole: JudgedSubject = {
    ...judged,
    subject: { ...judged.subject, origin: 'declared' },
    identity: ['certificate-file', file.path, leaf.facts.key.kind].join('\n'),
    confidence: isExample(at.file) ? 'low' : 'high',
    related: [{ kind: 'file', file: file.path, line: 1, says: 'is the certificate' }],
    // Nobody asks a file for who trusts it.
    examined: false,
  };
  const uncovered = path ? await uncoveredOf(leaf, named.servers) : [];
  return [whole, ...uncovered.slice(0, 1).map((first) => namesOf(whole, first, uncovered.slice(1), places))];
}

interface Uncovered {
  readonly server: NamingServer;
  readonly host: string;
}

/** A certificate need not cover every alias, but one that covers none of a server's names is another server's. */
async function uncoveredOf(
  { facts }: ParsedCertificate,
  servers: readonly NamingServer[],
): Promise<readonly Uncovered[]> {
  const { covers } = await import('../tls/host-name.ts');
  return servers.flatMap((server) => {
    const [host] = server.hosts;
    return host === undefined || server.hosts.some((one) => covers(facts, one)) ? [] : [{ server, host }];
  });
}

/** What the certificate is to the servers that name it: told at the first that is not covered, with the others beside it. */
function namesOf(
  { subject, ...whole }: JudgedSubject,
  { server, host }: Uncovered,
  others: readonly Uncovered[],
  places: Places,
): JudgedSubject {
  const { origin, place, names, nameList } = subject;
  const at = writtenAt(server.certificate);
  const reasons = others.map((other) => ({ span: other.server.span, text: `\`${other.host}\` is not covered either` }));
  return {
    ...whole,
    subject: { origin, place, names, nameList, nameCovered: false, asked: host } as JudgedSubject['subject'],
    location: places.at(at),
    confidence: isExample(at.file) ? 'low' : 'high',
    related: [...whole.related, ...places.chain(reasons, at).slice(0, MOST_RELATED)],
  };
}

const MOST_RELATED = 5;

/** What a client would make of the file, as far as that does not depend on which client it is. */
async function pathOf(
  sent: readonly ParsedCertificate[],
  stores: TrustStores,
  now: number,
): Promise<{ certificates: readonly ParsedCertificate[]; chain: ChainFacts; trust: TrustFacts }> {
  const [{ buildPath, chainFacts }, { judgeTrust }] = await Promise.all([
    import('../tls/chain.ts'),
    import('../tls/trust.ts'),
  ]);
  const built = buildPath(sent, stores);
  const chain = chainFacts(sent, built, stores);
  const trust = judgeTrust(built, { name: null, pins: [], now });
  return {
    certificates: built.certificates,
    // A root of one's own also says where it can be had. Public authorities log what they issue, and never from a root.
    chain: built.certificates.length === 1 && sent[0]?.facts.timestamps ? chain : { ...chain, incomplete: 'unknown' },
    // Clients may have been given the authority: that it is not public is no fault of the file.
    trust: { ...trust, states: trust.states.filter((state) => state !== 'unknown-ca') },
  };
}

/** Null: encrypted, or no key at all, so nothing can be said of the two. */
function keyOf(read: () => Uint8Array): Uint8Array | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

async function firstOf(
  paths: readonly string[],
  { files, roots }: CertificateContext,
): Promise<{ readonly path: string; readonly bytes: Uint8Array } | null> {
  for (const path of paths) {
    const root = roots.find((one) => isWithin(one, path));
    if (root === undefined) continue;
    const [look, base] = await Promise.all([files.look(path), files.look(root)]);
    if (look?.kind !== 'file' || !base || !isWithin(base.realPath, look.realPath)) continue;
    const read = await files.readBytes(path, MAX_BYTES);
    if (read.status === 'ok') return { path, bytes: read.bytes };
  }
  return null;
}
