import type { GradingRow, GuidelineProfile } from './tls-grade.ts';

/*
 * What the program knows of TLS parameters. The data is rules/tables/; what follows from a suite's
 * name is worked out when the tables are built.
 */

export const KEY_EXCHANGES = [
  'any',
  'RSA',
  'DH',
  'DHE',
  'ECDH',
  'ECDHE',
  'PSK',
  'DHE_PSK',
  'RSA_PSK',
  'ECDHE_PSK',
  'SRP',
  'KRB5',
  'GOST',
  'ECCPWD',
  'FORTEZZA',
] as const;
export type KeyExchange = (typeof KEY_EXCHANGES)[number];

export const AUTHENTICATIONS = [
  'any',
  'RSA',
  'DSS',
  'ECDSA',
  'anonymous',
  'PSK',
  'SRP',
  'KRB5',
  'GOST',
  'password',
  'KEA',
] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

export const CIPHER_MODES = ['AEAD', 'CBC', 'stream', 'none'] as const;
export type CipherMode = (typeof CIPHER_MODES)[number];

export interface SuiteInfo {
  /** Two octets; three for the kinds of SSLv2. */
  readonly code: number;
  /** IANA name. */
  readonly name: string;
  readonly source: string;
  readonly keyExchange: KeyExchange;
  readonly authentication: Authentication;
  /** `AES_128_GCM`, `3DES_EDE_CBC`, `NULL`. */
  readonly cipher: string;
  /** Effective strength of the cipher in bits. */
  readonly bits: number;
  /** Block size in bits; 0 for stream ciphers. */
  readonly block: number;
  readonly mode: CipherMode;
  /** Hash of the MAC, or of the key schedule for AEAD suites. */
  readonly mac: string;
  readonly exportGrade: boolean;
}

export const GROUP_KINDS = ['ec', 'ffdhe', 'hybrid', 'mlkem', 'gost'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

export interface GroupInfo {
  readonly code: number;
  readonly name: string;
  readonly kind: GroupKind;
  readonly bits: number;
  readonly source: string;
}

/** Hybrid or lattice alone. */
export function isPostQuantum({ kind }: GroupInfo): boolean {
  return kind === 'hybrid' || kind === 'mlkem';
}

export interface SchemeInfo {
  readonly code: number;
  readonly name: string;
  readonly source: string;
}

/** Longest lifetime of public certificates issued from a day on. */
export interface LifetimeLimit {
  /** ISO 8601 date. */
  readonly since: string;
  readonly days: number;
}

/** A suite of TLS 1.2 and before as OpenSSL knows it. */
export interface OpensslCipher {
  readonly code: number;
  readonly name: string;
  /** `SSLv3`, `TLSv1` or `TLSv1.2`. */
  readonly minVersion: string;
  readonly byDefault: boolean;
  /** Last release that has it in a stock build; null: all since 1.1.1. */
  readonly until: string | null;
}

export interface OpensslRelease {
  readonly release: string;
  /** The security level of a program that sets none. */
  readonly securityLevel: number;
}

/** What a client program takes with its defaults. */
export interface ClientInfo {
  readonly name: string;
  /** The release that was looked at. */
  readonly as: string;
  /** How it is told of another authority. */
  readonly trust: string;
  readonly versions: readonly string[];
  /** IANA names. */
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  /** Kinds of keys of server certificates. */
  readonly keys: readonly string[];
  /** Curves of EC keys; left out: all that exist. */
  readonly curves?: readonly string[];
  readonly rsaBits: number;
  /** Holds a certificate without subjectAltName against its common name. */
  readonly commonName?: true;
  /** `*.lan` covers `box.lan`. */
  readonly wildcardOverTopLevel?: true;
  /** keyUsage, where there is one, must allow what a server does. */
  readonly usage?: true;
  /** How it may come by an issuer that was not sent. */
  readonly missingIssuer?: string;
  /** Takes no authority and no self-signed certificate for a server's, trusted or not. */
  readonly issuedOnly?: true;
  /** Holds certificates to RFC 5280 by the letter; since when. */
  readonly strict?: string;
  readonly source: string;
}

export interface TlsTables {
  readonly suites: readonly SuiteInfo[];
  readonly sslv2: readonly SuiteInfo[];
  readonly groups: readonly GroupInfo[];
  readonly schemes: readonly SchemeInfo[];
  readonly grading: readonly GradingRow[];
  readonly profiles: readonly GuidelineProfile[];
  readonly lifetimes: readonly LifetimeLimit[];
  readonly opensslCiphers: readonly OpensslCipher[];
  readonly opensslReleases: readonly OpensslRelease[];
  readonly clients: readonly ClientInfo[];
}
