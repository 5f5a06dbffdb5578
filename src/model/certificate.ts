import type { Known } from './tls.ts';

export type KeyKind = 'RSA' | 'EC' | 'DSA' | 'Ed25519' | 'Ed448' | 'RSA-PSS' | 'ML-DSA' | 'SLH-DSA' | 'other';

export interface CertificateKey {
  readonly kind: KeyKind;
  /** Bits of the modulus, prime or curve, or of an ML-DSA or SLH-DSA key as encoded; 0 when unknown. */
  readonly bits: number;
  /** Curve or parameter set; the identifier of an algorithm that is not known. */
  readonly curve: string | null;
  /** Public exponent of RSA. */
  readonly exponent: number | null;
}

/** A certificate as it stands, nothing judged. */
export interface Certificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** `sha256/` and base64 of the hash of SubjectPublicKeyInfo (RFC 7469 §2.4). */
  readonly pin: string;
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: string | null;
  /** subjectAltName. A common name is not a name (RFC 9525 §2). */
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly otherNames: readonly string[];
  readonly serial: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly lifetimeDays: number;
  readonly key: CertificateKey;
  /** `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, or the identifier. */
  readonly signature: string;
  /** Hash of the signature; null where the algorithm has its own. */
  readonly signatureHash: 'MD2' | 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512' | 'other' | null;
  readonly version: number;
  readonly ca: boolean;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  readonly selfIssued: boolean;
  readonly selfSigned: boolean;
  /** TLS feature extension asks for a stapled status (RFC 7633). */
  readonly mustStaple: boolean;
  /** Embedded certificate timestamps (RFC 6962 §3.3). */
  readonly timestamps: boolean;
  /** Says where its issuer's certificate can be had: a sign that the issuer is an intermediate. Never fetched. */
  readonly issuerLocated: boolean;
}

export const TRUST_STATES = [
  'public',
  'your-ca',
  'pinned',
  'self-signed',
  'unknown-ca',
  'name-mismatch',
  'expired',
  'not-yet-valid',
  'unknown',
] as const;
export type TrustState = (typeof TRUST_STATES)[number];

/** What is amiss with the list of certificates a server sends. */
export interface ChainFacts {
  /** Fingerprints as sent. */
  readonly sent: readonly string[];
  /** Fingerprints from leaf to anchor, as far as the issuers are known. */
  readonly path: readonly string[];
  readonly misordered: boolean;
  /** True when an issuer is missing that is not an anchor. */
  readonly incomplete: Known<boolean>;
  /** Certificates that are no part of the path. */
  readonly unrelated: number;
  /** The anchor itself is sent, which serves nothing. */
  readonly anchorSent: boolean;
}

export interface TrustFacts {
  /** Every state that holds; trust proper first (public, your-ca, pinned, self-signed, unknown-ca), then what is wrong besides. */
  readonly states: readonly TrustState[];
  readonly anchor: string | null;
  /** Name or address that was checked. */
  readonly name: string | null;
  readonly nameCovered: Known<boolean>;
  readonly pin: 'none' | 'match' | 'mismatch';
  /** Which authority of the path has expired or is not valid yet, in words. */
  readonly authorityOutdated?: string;
  /** Why, in plain sentences. */
  readonly reasons: readonly string[];
}

/** A client program that will refuse the endpoint, and why. */
export interface ClientRefusal {
  readonly client: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface CertificatePlace {
  readonly site?: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** A certificate and where it was seen: on the wire, or in a file. */
export interface CertificateRecord extends Certificate {
  readonly role: 'leaf' | 'issuer';
  readonly places: readonly CertificatePlace[];
  readonly files: readonly string[];
}
