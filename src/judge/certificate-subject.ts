import type { Certificate, ChainFacts, TrustFacts } from '../model/certificate.ts';
import type { Location } from '../model/finding.ts';
import type { TlsEndpoint } from '../model/tls.ts';
import type { LifetimeLimit } from '../model/tls-table.ts';
import type { JudgedSubject } from './judge-subjects.ts';
import type { Subject } from './subject.ts';
import { known, locationOf, placeOf } from './tls-subject.ts';

const DAY = 86_400_000;

/** A leaf certificate where it was found. */
export interface FoundCertificate {
  readonly certificate: Certificate;
  readonly place: string;
  readonly location: Location;
  readonly reach: string | null;
  readonly chain: ChainFacts | null;
  readonly trust: TrustFacts | null;
  /** For a file with a key beside it; null: no key was given. */
  readonly keyMatches: boolean | null;
  /** Every certificate of the path below the anchor. */
  readonly signed: readonly Certificate[];
}

export function certificateSubject(found: FoundCertificate, limits: readonly LifetimeLimit[], now: number): Subject {
  const { certificate, chain, trust } = found;
  const [from, to] = [Date.parse(certificate.notBefore), Date.parse(certificate.notAfter)];
  const left = (to - now) / DAY;
  const names = [...certificate.dnsNames, ...certificate.ipAddresses];
  const limit = limits.filter(({ since }) => Date.parse(since) <= from).at(-1)?.days ?? null;
  const weakHash = found.signed.find(
    ({ signatureHash }) => signatureHash !== null && WEAK_HASHES.includes(signatureHash),
  );
  return known({
    place: found.place,
    reach: found.reach,
    subject: certificate.subject || '(empty)',
    issuer: certificate.issuer,
    expired: left < 0,
    daysLeft: Math.floor(left),
    daysPast: Math.ceil(-left),
    until: certificate.notAfter.slice(0, 10),
    from: certificate.notBefore.slice(0, 10),
    notYetValid: from > now,
    remaining: to > from ? Math.max(0, Math.min(1, (to - now) / (to - from))) : 0,
    lifetimeDays: Math.round(certificate.lifetimeDays),
    limit,
    // Both ends of the validity count, so one second more than whole days is still within.
    overLimit: limit === null ? false : certificate.lifetimeDays > limit + 0.001,
    public: trust ? trust.states.includes('public') : undefined,
    names: names.length,
    nameList: names.slice(0, 5).join(', ') || undefined,
    // Nobody dials a file, and no key was given: nothing to decide.
    nameCovered: trust?.name === null ? 'not-asked' : trust?.nameCovered,
    asked: trust?.name,
    key: describeKey(certificate),
    keyKind: certificate.key.kind,
    keyBits: certificate.key.bits,
    exponent: certificate.key.exponent ?? undefined,
    keyMatches: found.keyMatches ?? 'not-asked',
    weakHash: weakHash?.signatureHash ?? 'none',
    weakSubject: weakHash?.subject,
    selfSigned: certificate.selfSigned,
    ca: certificate.ca,
    serverUse:
      certificate.extendedKeyUsage.length === 0 ||
      certificate.extendedKeyUsage.some((use) => use === 'serverAuth' || use === 'any'),
    authorityOutdated: trust ? (trust.authorityOutdated ?? 'none') : undefined,
    trust: trust?.states,
    pin: trust?.pin,
    incomplete: chain?.incomplete,
    misordered: chain?.misordered,
    sent: chain?.sent.length,
  });
}

const WEAK_HASHES: readonly string[] = ['MD2', 'MD5', 'SHA-1'];

function describeKey({ key }: Certificate): string {
  if (key.kind === 'EC') return `EC key on ${key.curve}`;
  return `${key.curve ?? key.kind} key${key.bits > 0 ? ` of ${key.bits} bits` : ''}`;
}

export function judgedCertificate(
  found: FoundCertificate,
  limits: readonly LifetimeLimit[],
  now: number,
): JudgedSubject {
  return {
    kind: 'certificate',
    subject: certificateSubject(found, limits, now),
    location: found.location,
    // The key outlives a renewal, and so does what is wrong with names and chain; the place is what matters.
    identity: [
      found.location.kind,
      found.location.file,
      found.location.host,
      found.location.port,
      found.certificate.key.kind,
    ].join('\n'),
    confidence: 'high',
    evidence: [],
    related: [],
    examined: true,
  };
}

/** The leaves that an endpoint shows. */
export function foundOnWire(endpoint: TlsEndpoint, certificates: ReadonlyMap<string, Certificate>): FoundCertificate[] {
  return endpoint.identities.flatMap(({ certificate, chain, trust }) => {
    const leaf = certificates.get(certificate);
    if (!leaf) return [];
    const below = chain.path
      .flatMap((fingerprint) => certificates.get(fingerprint) ?? [])
      .filter((one) => !one.selfSigned || one === leaf);
    return [
      {
        certificate: leaf,
        place: placeOf(endpoint),
        location: locationOf(endpoint),
        reach: endpoint.reach,
        chain,
        trust,
        keyMatches: null,
        signed: below,
      },
    ];
  });
}
