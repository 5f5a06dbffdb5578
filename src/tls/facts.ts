import type { Certificate, ChainFacts, TrustFacts } from '../model/certificate.ts';
import type { Reach } from '../model/target.ts';
import type {
  ClientCertificateFacts,
  GroupFacts,
  Known,
  Lack,
  TlsEndpoint,
  TlsIdentity,
  TlsVersion,
} from '../model/tls.ts';
import type { TlsGrade } from '../model/tls-grade.ts';
import { isPostQuantum, type TlsTables } from '../model/tls-table.ts';
import { type ParsedCertificate, parseCertificate } from './certificate.ts';
import { buildPath, chainFacts, type TrustStores } from './chain.ts';
import { verdictOf } from './client-certificate.ts';
import { clientRefusals } from './clients.ts';
import { compliance } from './compliance.ts';
import { distinguishedName } from './der/names.ts';
import { readElement } from './der/read.ts';
import { featuresOf } from './features.ts';
import type { TlsObservation } from './gather.ts';
import { gradeTraits } from './grade.ts';
import type { Inspection, SentChain } from './inspection.ts';
import { preconditions } from './preconditions.ts';
import type { Repertoire } from './repertoire.ts';
import { approximateScore } from './score.ts';
import { traitsOf } from './traits.ts';
import { judgeTrust } from './trust.ts';

export interface FactsOptions {
  readonly tables: TlsTables;
  readonly repertoire: Repertoire;
  readonly stores: TrustStores;
  readonly pins: readonly string[];
  readonly reach: Reach;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface TlsFindings {
  readonly endpoint: TlsEndpoint;
  /** Every certificate that was sent, leaves first. */
  readonly certificates: readonly ParsedCertificate[];
}

/** Observation in, facts out. Pure. */
export function tlsFacts(observation: TlsObservation, options: FactsOptions): TlsFindings {
  const { target, scouting, inspection } = observation;
  const { repertoire } = options;
  const found = inspection ?? NOTHING;
  const features = featuresOf(found, observation.session, repertoire);
  const sent = found.chains.map((chain) => ({
    chain,
    certificates: chain.certificates.flatMap((der) => parseCertificate(der) ?? []),
  }));
  const groups = groupFacts(found, repertoire);
  const clientCertificate = clientCertificateFacts(found, observation);
  const required = clientCertificate.verdict.startsWith('enforced');
  const read = sent.filter(({ certificates }) => certificates.length > 0);
  const lacks = [...found.lacks, ...unreadCertificates(sent), ...missingCertificate(found)];
  const leaves = read.flatMap(({ certificates }) => certificates[0]?.facts ?? []);
  const signed = read.flatMap(({ certificates }) => signedCertificates(certificates, options.stores));
  const { name } = observation;

  const offer = { protocols: found.protocols, groups, groupsExhaustive: found.groupsExhaustive };
  const refusals = (path: readonly ParsedCertificate[], chain: ChainFacts | null, trust: TrustFacts | null) =>
    clientRefusals({ ...offer, path, chain, trust, clientCertificateRequired: required }, options.tables.clients);

  const identities = read.map(({ chain, certificates }): TlsIdentity => {
    const path = buildPath(certificates, options.stores);
    const trust = judgeTrust(path, { name, pins: options.pins, now: options.now });
    const facts = chainFacts(certificates, path, options.stores);
    const leaf = certificates[0]?.facts ?? null;
    return {
      certificate: leaf?.fingerprint ?? '',
      seenIn: chain.version,
      chain: facts,
      trust,
      refusals: refusals(path.certificates, facts, trust),
    };
  });

  const seen = traitsOf({ protocols: found.protocols, groups, features, leaves, signed });
  const offered = found.protocols.filter((protocol) => protocol.offered === true).map(({ version }) => version);
  const lattice = gradeTraits(seen, offered, options.tables.grading);
  const unproven = gradeLacks(found, leaves, features);
  const grade: TlsGrade = {
    configuration: offered.length > 0 && (unproven.length === 0 || lattice.grade === 'F') ? lattice.grade : null,
    atMost: lattice.grade,
    lacks: offered.length === 0 ? ['a version that is offered'] : unproven,
    paths: lattice.paths,
    deductions: lattice.deductions,
    score: approximateScore(found.protocols, leaves, features.dhBits, seen),
    compliance:
      offered.length === 0
        ? []
        : options.tables.profiles.map((profile) =>
            compliance(
              {
                protocols: found.protocols,
                groups,
                groupsExhaustive: found.groupsExhaustive,
                dhBits: features.dhBits,
                leaves,
              },
              profile,
            ),
          ),
  };

  return {
    certificates: [
      ...new Map(read.flatMap(({ certificates }) => certificates).map((one) => [one.facts.fingerprint, one])).values(),
    ],
    endpoint: {
      origin: 'observed',
      host: target.host,
      address: target.address,
      port: target.port,
      serverName: observation.serverName,
      reach: options.reach,
      speech: scouting.speech,
      mode: observation.mode,
      protocols: found.protocols,
      groups,
      groupsExhaustive: found.groupsExhaustive,
      postQuantum: postQuantum(found, groups),
      features,
      clientCertificate,
      identities,
      ...(identities.length === 0 && offered.length > 0 ? { refusals: refusals([], null, null) } : {}),
      grade,
      preconditions: preconditions(found.protocols, features),
      connections: observation.connections,
      lacks,
      notes: notesOf(observation, offered),
    },
  };
}

const NOTHING: Inspection = {
  protocols: [],
  groups: new Map(),
  groupsExhaustive: false,
  hellos: [],
  flights: [],
  chains: [],
  dhBits: 'unknown',
  exportRsaBits: null,
  fallbackProtection: 'unknown',
  lacks: [],
  notes: [],
};

function groupFacts({ groups }: Inspection, repertoire: Repertoire): GroupFacts[] {
  return [...groups].flatMap(([code, versions]) => {
    const info = repertoire.group(code);
    return info ? [{ ...info, versions: [...versions].sort() }] : [];
  });
}

function postQuantum(found: Inspection, groups: readonly GroupFacts[]): Known<boolean> {
  if (groups.some(isPostQuantum)) return true;
  const modern = found.protocols.find(({ version }) => version === 'TLSv1.3');
  const any = found.protocols.some(({ offered }) => offered === true);
  if (!any || !modern || modern.offered === 'unknown') return 'unknown';
  if (modern.offered !== true) return false;
  // Hybrids stand first in every offer; a server may still prefer another group that it also has.
  return found.groupsExhaustive ? false : 'unknown';
}

const MAX_AUTHORITIES = 20;

function clientCertificateFacts(found: Inspection, { trials }: TlsObservation): ClientCertificateFacts {
  const requests = found.flights.flatMap(({ certificateRequest }) => (certificateRequest ? [certificateRequest] : []));
  const requested: Known<boolean> =
    requests.length > 0 ? true : found.flights.some(({ complete }) => complete) ? false : 'unknown';
  const names = requests.flatMap(({ authorities }) =>
    authorities.map((name) => distinguishedName(readElement(name)?.body ?? new Uint8Array(0))),
  );
  return {
    requested,
    verdict: verdictOf(requested, trials),
    authorities: [...new Set(names)].slice(0, MAX_AUTHORITIES),
    trials,
  };
}

/** Certificates whose signature someone checks: all but the anchors. */
function signedCertificates(certificates: readonly ParsedCertificate[], stores: TrustStores): Certificate[] {
  const leaf = certificates[0];
  const path = buildPath(certificates, stores);
  return path.certificates
    .filter(
      (certificate) =>
        certificate === leaf || (certificate !== path.anchor?.certificate && !certificate.facts.selfSigned),
    )
    .map(({ facts }) => facts);
}

function unreadCertificates(
  sent: readonly { readonly chain: SentChain; readonly certificates: readonly ParsedCertificate[] }[],
): Lack[] {
  return sent.flatMap(({ chain, certificates }) =>
    certificates.length < chain.certificates.length
      ? [
          {
            check: 'certificates',
            reason: `${chain.certificates.length - certificates.length} of ${chain.certificates.length} could not be parsed`,
          },
        ]
      : [],
  );
}

/** A version is offered, and nothing of its certificate came. */
function missingCertificate({ protocols, chains, hellos, lacks }: Inspection): Lack[] {
  const offered = protocols.some((protocol) => protocol.offered === true);
  if (!offered || chains.length > 0 || lacks.some(({ check }) => check.startsWith('certificate'))) return [];
  return [{ check: 'certificate', reason: hellos.find(({ trouble }) => trouble)?.trouble ?? 'not sent' }];
}

/** Checks that are lacking and could make the grade worse. */
function gradeLacks(found: Inspection, leaves: readonly Certificate[], features: TlsEndpoint['features']): string[] {
  const lacks: string[] = [];
  for (const { version, offered, searched } of found.protocols) {
    if (offered === 'unknown') lacks.push(version);
    else if (searched === 'partial') lacks.push(`suites of ${version}`);
  }
  if (leaves.length === 0) lacks.push('the certificate');
  for (const { key, signature, signatureHash } of leaves) {
    if (key.kind === 'other') lacks.push(`the strength of a key of algorithm ${key.curve}`);
    if (signatureHash === 'other') lacks.push(`the strength of the signature ${signature}`);
  }
  if (features.dhBits === 'unknown') lacks.push('the size of the Diffie-Hellman group');
  if (features.secureRenegotiation === 'unknown') lacks.push('secure renegotiation');
  if (features.compression === 'unknown') lacks.push('compression');
  return lacks;
}

function notesOf({ scouting, inspection }: TlsObservation, offered: readonly TlsVersion[]): string[] {
  if (scouting.speech !== 'tls') return [scouting.detail];
  return inspection && offered.length === 0 ? ['no version of TLS was accepted'] : [];
}
