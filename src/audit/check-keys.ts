import type { FoundKeyFile } from '../host/keys/gather-key-files.ts';
import type { Renewal } from '../host/keys/gather-renewal.ts';
import { type FoundCertificate, judgedCertificate } from '../judge/certificate-subject.ts';
import type { JudgedSubject } from '../judge/judge-subjects.ts';
import { judgedKeyFile } from '../judge/keyfile-subject.ts';
import { judgedRenewal } from '../judge/renewal-subject.ts';
import type { KeyFileFacts } from '../model/host.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { UsageError } from '../model/trouble.ts';
import type { Sighting } from '../relate/tls.ts';
import type { Machine } from '../system/machine.ts';
import type { ParsedCertificate } from '../tls/certificate.ts';
import { readCertificateFile, readKeyFile } from '../tls/certificate-file.ts';
import { buildPath, chainFacts, type TrustStores } from '../tls/chain.ts';
import { judgeTrust } from '../tls/trust.ts';
import { equal } from '../tls/wire/bytes.ts';

export interface CheckedKeys {
  readonly keyFiles: readonly KeyFileFacts[];
  readonly subjects: readonly JudgedSubject[];
  readonly sightings: readonly Sighting[];
  /** Why what names a key or a certificate is not in effect, by path. */
  readonly idle: ReadonlyMap<string, string>;
}

export interface KeyContext {
  readonly machine: Machine;
  readonly tables: TlsTables;
  readonly stores: TrustStores;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const MAX_FILE = 1_048_576;

/** Holds keys against their certificates, and both against the rules. */
export async function checkKeys(
  found: readonly FoundKeyFile[],
  renewals: readonly Renewal[],
  context: KeyContext,
): Promise<CheckedKeys> {
  const chains = new Map<string, readonly ParsedCertificate[]>();
  const chainOf = async (path: string): Promise<readonly ParsedCertificate[]> => {
    const known = chains.get(path);
    const chain = known ?? (await readChain(path, context.machine));
    chains.set(path, chain);
    return chain;
  };
  const keyFiles: KeyFileFacts[] = [];
  const matches = new Map<string, boolean>();
  for (const { facts, certificate } of found) {
    const chain = certificate === null ? [] : await chainOf(certificate);
    const fits = chain[0] ? await fitsTo(facts, chain[0], context.machine) : null;
    if (certificate !== null && typeof fits === 'boolean') matches.set(certificate, fits);
    keyFiles.push({ ...facts, matchesCertificate: certificate === null ? null : (fits ?? 'unknown') });
  }
  const renewed = renewals.flatMap(({ certificates }) => certificates);
  for (const path of renewed) await chainOf(path);

  const certificates = [...chains].flatMap(([path, chain]) =>
    foundCertificate(path, chain, matches.get(path) ?? null, context),
  );
  return {
    keyFiles,
    subjects: [
      ...found.map(({ readers }, i) => judgedKeyFile(keyFiles[i] as KeyFileFacts, readers)),
      ...certificates.map((one) => judgedCertificate(one, context.tables.lifetimes, context.now)),
      ...renewals.flatMap(({ client, certificates: kept, scheduledBy }) =>
        kept.flatMap((path) => {
          const leaf = chains.get(path)?.[0];
          return leaf ? [judgedRenewal({ client, certificate: path, until: leaf.facts.notAfter, scheduledBy })] : [];
        }),
      ),
    ],
    idle: idleReasons(found, renewed),
    sightings: [...chains].flatMap(([path, chain]) =>
      chain.map(
        (certificate, i): Sighting => ({
          certificate: certificate.facts,
          role: i === 0 ? 'leaf' : 'issuer',
          place: null,
          file: path,
        }),
      ),
    ),
  };
}

function idleReasons(found: readonly FoundKeyFile[], renewed: readonly string[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { facts, certificate, idle } of found) {
    if (idle === null) continue;
    reasons.set(facts.path, idle);
    if (certificate !== null) reasons.set(certificate, idle);
  }
  const used = found.flatMap(({ certificate, idle }) => (idle === null && certificate !== null ? [certificate] : []));
  for (const path of [...used, ...renewed]) reasons.delete(path);
  return reasons;
}

async function readChain(path: string, machine: Machine): Promise<readonly ParsedCertificate[]> {
  const read = await machine.readBytes(path, MAX_FILE);
  if (read.status === 'failed') return [];
  return orNull(() => readCertificateFile(path, read.bytes)) ?? [];
}

/** Null: the key could not be read, or is encrypted. */
async function fitsTo(
  { path, kind }: KeyFileFacts,
  leaf: ParsedCertificate,
  machine: Machine,
): Promise<boolean | null> {
  const read = kind === 'private-key' ? await machine.readBytes(path, MAX_FILE) : null;
  if (read?.status !== 'ok') return null;
  const key = orNull(() => readKeyFile(path, read.bytes));
  return key ? equal(key.publicKey, leaf.publicKey) : null;
}

/** What a file holds instead is no fault of the user's here: it was only looked at. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function foundCertificate(
  path: string,
  chain: readonly ParsedCertificate[],
  keyMatches: boolean | null,
  { stores, now }: KeyContext,
): FoundCertificate[] {
  const leaf = chain[0];
  if (!leaf) return [];
  const built = buildPath(chain, stores);
  return [
    {
      certificate: leaf.facts,
      place: path,
      location: { kind: 'file', file: path },
      reach: null,
      chain: chainFacts(chain, built),
      trust: judgeTrust(built, { name: null, pins: [], now }),
      keyMatches,
      signed: built.certificates.filter((one) => one === leaf || !one.facts.selfSigned).map(({ facts }) => facts),
    },
  ];
}
