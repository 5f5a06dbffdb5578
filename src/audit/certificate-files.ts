import { type FoundCertificate, judgedCertificate } from '../judge/certificate-subject.ts';
import { judgeSubjects } from '../judge/judge-subjects.ts';
import type { Coverage, ResultDocument } from '../model/result.ts';
import type { RuleBook, Severity } from '../model/rule.ts';
import type { TlsTables } from '../model/tls-table.ts';
import { UsageError } from '../model/trouble.ts';
import { certificateRecords, type Sighting } from '../relate/tls.ts';
import type { Clock } from '../system/ports.ts';
import type { TlsWire } from '../system/tls-ports.ts';
import { readCertificateFile, readKeyFile } from '../tls/certificate-file.ts';
import { buildPath, chainFacts, type TrustStores } from '../tls/chain.ts';
import { judgeTrust } from '../tls/trust.ts';
import { equal } from '../tls/wire/bytes.ts';
import { resultDocument } from './document.ts';

export interface CertificateFileRequest {
  readonly paths: readonly string[];
  readonly key: string | null;
  /** Name that the certificate is to cover; null: none is checked. */
  readonly name: string | null;
  readonly pins: readonly string[];
  readonly failOn: Severity;
}

const MAX_FILE = 16 * 1_048_576;

/** Inspects certificate files. @throws UsageError for a file that is not what it should be. */
export async function auditCertificateFiles(
  request: CertificateFileRequest,
  context: {
    readonly catalogue: RuleBook;
    readonly tables: TlsTables;
    readonly stores: TrustStores;
    readonly wire: TlsWire;
    readonly clock: Clock;
  },
): Promise<ResultDocument> {
  const { catalogue, tables, stores, wire, clock } = context;
  const startedAt = clock.now();
  const key =
    request.key === null ? null : readKeyFile(`--key ${request.key}`, await bytesOf('--key', request.key, wire));
  const sightings: Sighting[] = [];
  const found: FoundCertificate[] = [];
  for (const path of request.paths) {
    const chain = readCertificateFile(`--cert ${path}`, await bytesOf('--cert', path, wire));
    const built = buildPath(chain, stores);
    const leaf = chain[0];
    if (!leaf) continue;
    for (const certificate of chain)
      sightings.push({
        certificate: certificate.facts,
        role: certificate === leaf ? 'leaf' : 'issuer',
        place: null,
        file: path,
      });
    found.push({
      certificate: leaf.facts,
      place: path,
      location: { kind: 'file', file: path, line: 1 },
      reach: null,
      chain: chainFacts(chain, built),
      trust: judgeTrust(built, { name: request.name, pins: request.pins, now: startedAt.getTime() }),
      keyMatches: key ? equal(key.publicKey, leaf.publicKey) : null,
      signed: built.certificates
        .filter((certificate) => certificate === leaf || !certificate.facts.selfSigned)
        .map(({ facts }) => facts),
    });
  }
  const judged = found.map((one) => judgedCertificate(one, tables.lifetimes, startedAt.getTime()));
  const { findings, undecided } = judgeSubjects(judged, catalogue, request.failOn);
  const parts = {
    command: 'tls',
    catalogue,
    startedAt,
    finishedAt: clock.now(),
    endpoints: [],
    findings,
    coverage: { ...NOTHING_DIALLED, undecided },
    troubles: [],
  };
  return { ...resultDocument(parts), tls: [], certificates: certificateRecords(sightings) };
}

async function bytesOf(option: string, path: string, wire: TlsWire): Promise<Uint8Array> {
  const read = await wire.readBytes(path, MAX_FILE);
  if (read.status === 'failed') throw new UsageError(`${option} ${path}: ${read.reason}`);
  return read.bytes;
}

const NOTHING_DIALLED: Coverage = {
  addresses: 0,
  excludedAddresses: 0,
  ports: [],
  probes: { open: 0, closed: 0, filtered: 0, unreachable: 0, error: 0, skipped: 0 },
  http: 0,
  other: 0,
  silent: 0,
  requests: 0,
  connections: 0,
  undecided: [],
  complete: true,
};
