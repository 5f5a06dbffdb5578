import type { ChainFacts } from '../model/certificate.ts';
import type { Anchors } from './anchors.ts';
import { type ParsedCertificate, signedBy } from './certificate.ts';
import { areKin } from './kinship.ts';
import { equal } from './wire/bytes.ts';

export interface TrustStores {
  /** The system's or the platform's roots. */
  readonly public: Anchors;
  /** What the user gave. */
  readonly own: Anchors;
}

export interface Path {
  readonly certificates: readonly ParsedCertificate[];
  readonly anchor: { readonly kind: 'public' | 'own'; readonly certificate: ParsedCertificate } | null;
  /** Whether it ends where the platform cannot check a signature. */
  readonly unchecked: boolean;
}

/** No honest path is longer; it also ends cycles of cross-signed authorities. */
const MAX_PATH = 10;

/** From the first certificate towards an anchor, by issuer name and signature (RFC 5280 §6.1, without policies and name constraints). */
export function buildPath(sent: readonly ParsedCertificate[], stores: TrustStores): Path {
  const leaf = sent[0];
  if (!leaf) return { certificates: [], anchor: null, unchecked: false };
  const path: ParsedCertificate[] = [leaf];
  for (;;) {
    const last = path.at(-1) ?? leaf;
    const trusted = anchorKind(last, stores);
    if (trusted) return { certificates: path, anchor: { kind: trusted, certificate: last }, unchecked: false };
    const ends = { certificates: path, anchor: null, unchecked: false };
    if (last.facts.selfSigned || path.length >= MAX_PATH) return ends;
    const candidates = issuersOf(last, sent, stores);
    const issuer = candidates.find(({ publicKey }) => signedBy(last.der, publicKey) === true);
    if (!issuer) return { ...ends, unchecked: uncheckable(last, candidates) };
    if (path.includes(issuer)) return ends;
    path.push(issuer);
  }
}

function anchorKind(certificate: ParsedCertificate, stores: TrustStores): 'public' | 'own' | null {
  if (stores.own.has(certificate)) return 'own';
  return stores.public.has(certificate) ? 'public' : null;
}

/** By name alone. */
function issuersOf(
  certificate: ParsedCertificate,
  sent: readonly ParsedCertificate[],
  stores: TrustStores,
): readonly ParsedCertificate[] {
  const known = [...stores.own.named(certificate.issuer), ...stores.public.named(certificate.issuer)];
  return [...known, ...sent.filter(({ subject, facts }) => facts.ca && equal(subject, certificate.issuer))].filter(
    (candidate) => candidate !== certificate,
  );
}

function uncheckable(certificate: ParsedCertificate, issuers: readonly ParsedCertificate[]): boolean {
  const possible = certificate.facts.selfIssued ? [certificate, ...issuers] : issuers;
  return possible.some(({ publicKey }) => signedBy(certificate.der, publicKey) === 'unknown');
}

/**
 * Whether what issued it is no root, as far as it shows: public authorities log what they issue, and say where the issuer
 * can be had; an authority of the user's own calls its intermediates after itself. Without that it may be a root that
 * nobody here was told of.
 */
function issuedBelowAnother({ facts }: ParsedCertificate, own: Anchors): boolean {
  return facts.issuerLocated || facts.timestamps || own.names().some((name) => areKin(name, facts.issuer));
}

/** What is amiss with the list as it was sent. */
export function chainFacts(sent: readonly ParsedCertificate[], path: Path, { own }: TrustStores): ChainFacts {
  const positions = path.certificates
    .map((member) => sent.findIndex(({ facts }) => facts.fingerprint === member.facts.fingerprint))
    .filter((at) => at >= 0);
  const used = new Set(positions);
  const last = path.certificates.at(-1);
  const open = path.anchor === null && last !== undefined && !last.facts.selfSigned;
  return {
    sent: sent.map(({ facts }) => facts.fingerprint),
    path: path.certificates.map(({ facts }) => facts.fingerprint),
    misordered: positions.some((at, index) => index > 0 && at < (positions[index - 1] ?? -1)),
    incomplete: !open ? false : !path.unchecked && issuedBelowAnother(last, own) ? true : 'unknown',
    unrelated: new Set(sent.filter((_, at) => !used.has(at)).map(({ facts }) => facts.fingerprint)).size,
    anchorSent:
      path.certificates.length > 1 &&
      last !== undefined &&
      last.facts.selfSigned &&
      sent.some(({ facts }) => facts.fingerprint === last.facts.fingerprint),
  };
}
