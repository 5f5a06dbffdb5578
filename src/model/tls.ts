import type { ChainFacts, ClientRefusal, TrustFacts } from './certificate.ts';
import type { Origin } from './endpoint.ts';
import type { Reach } from './target.ts';
import type { TlsGrade } from './tls-grade.ts';
import type { GroupInfo, SuiteInfo } from './tls-table.ts';

/** From oldest to newest. */
export const TLS_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** `unusable`: the server enables the version but cannot complete it (alert 80 of OpenSSL 3 under its security level). */
export type Offered = boolean | 'unusable' | 'unknown';

/** Whose order decides. `single`: there is only one suite to choose. */
export type Preference = 'server' | 'client' | 'single' | 'unknown';

export type Known<T> = T | 'unknown';

/**
 * What the list of suites is worth. `all`: every suite of the tables was accepted or refused. `unwanted`: every suite
 * with a weakness was; of the others the list may lack some. `partial`: it may lack any.
 */
export type Searched = 'all' | 'unwanted' | 'partial';

export interface ProtocolFacts {
  readonly version: TlsVersion;
  readonly offered: Offered;
  /** Accepted suites, in the server's order where it has one. */
  readonly suites: readonly SuiteInfo[];
  readonly searched: Searched;
  readonly preference: Preference;
  /** Why it is not offered, unusable or unknown. */
  readonly reason: string | null;
}

export interface GroupFacts extends GroupInfo {
  /** Versions in which the server chose it. */
  readonly versions: readonly TlsVersion[];
}

/** Verdict on client certificates, from what happens without one, with a rogue one and with a good one. */
export const CLIENT_CERTIFICATE_VERDICTS = [
  'none',
  'requested-not-enforced',
  'accepts-any-certificate',
  'enforced-in-tls',
  'enforced-in-http',
  'unknown',
] as const;
export type ClientCertificateVerdict = (typeof CLIENT_CERTIFICATE_VERDICTS)[number];

/** How one attempt with or without a client certificate ended. */
export interface ClientCertificateTrial {
  readonly with: 'nothing' | 'rogue' | 'own';
  /** `served`: the application answered; `refused-in-http`: an answer that asks for a certificate. */
  readonly outcome: 'served' | 'refused-in-http' | 'refused-in-tls' | 'failed';
  /** HTTP status, alert or error, short. */
  readonly detail: string;
}

export interface ClientCertificateFacts {
  readonly requested: Known<boolean>;
  readonly verdict: ClientCertificateVerdict;
  /** Authorities that the server names, as readable distinguished names. */
  readonly authorities: readonly string[];
  readonly trials: readonly ClientCertificateTrial[];
}

export interface TlsFeatures {
  readonly secureRenegotiation: Known<boolean>;
  readonly extendedMasterSecret: Known<boolean>;
  readonly compression: Known<boolean>;
  /** Whether a client that was talked down is turned away (RFC 7507). Null: there is no lower version to fall to. */
  readonly fallbackProtection: Known<boolean> | null;
  readonly sessionTickets: Known<boolean>;
  readonly resumption: Known<boolean>;
  readonly earlyData: Known<boolean>;
  readonly ocspStapling: Known<boolean>;
  readonly certificateTimestamps: Known<boolean>;
  /** The protocol chosen when h2 and http/1.1 are offered; null when the server does not choose. */
  readonly alpn: Known<string | null>;
  /** Schemes the server signed its key exchange with. */
  readonly signatureSchemes: readonly string[];
  /** Bits of the finite-field group in TLS 1.2 and before; null when there is none. */
  readonly dhBits: Known<number> | null;
  /** Bits of the temporary RSA key of export suites; null when there is none. */
  readonly exportRsaBits: number | null;
}

/** A known attack whose preconditions the measurement shows. Nothing was attacked. */
export interface Precondition {
  readonly name: 'DROWN' | 'POODLE' | 'FREAK' | 'LOGJAM' | 'SWEET32' | 'BEAST' | 'RC4' | 'CRIME';
  /** What was seen that makes it possible. */
  readonly shows: string;
}

export type TlsSpeech = 'tls' | 'plaintext' | 'other' | 'silent';

export const INSPECTION_MODES = ['full', 'quick'] as const;
export type InspectionMode = (typeof INSPECTION_MODES)[number];

/** What was learned of TLS on one port. Nothing here is an opinion. */
export interface TlsEndpoint {
  readonly site?: string;
  /** ISO 8601: end of the run that saw it, in a merged result. */
  readonly seenAt?: string;
  readonly origin: Origin;
  readonly host: string | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly serverName: string | null;
  readonly reach: Reach;
  readonly speech: TlsSpeech;
  readonly mode: InspectionMode;
  readonly protocols: readonly ProtocolFacts[];
  readonly groups: readonly GroupFacts[];
  /** False when the list of groups may lack some. */
  readonly groupsExhaustive: boolean;
  /** Whether a hybrid or lattice group was accepted. */
  readonly postQuantum: Known<boolean>;
  readonly features: TlsFeatures;
  readonly clientCertificate: ClientCertificateFacts;
  /** One for each certificate the server has, usually one. */
  readonly identities: readonly TlsIdentity[];
  /** Of clients that get no connection, where no certificate could be read; otherwise they stand with each identity. */
  readonly refusals?: readonly ClientRefusal[];
  readonly grade: TlsGrade;
  readonly preconditions: readonly Precondition[];
  /** Connections opened. */
  readonly connections: number;
  /** Checks that could not be made, with the reason. */
  readonly lacks: readonly Lack[];
  readonly notes: readonly string[];
}

/** A certificate that a server shows, and what it is worth to its clients. */
export interface TlsIdentity {
  /** Fingerprint of the leaf. */
  readonly certificate: string;
  readonly seenIn: TlsVersion;
  readonly chain: ChainFacts;
  readonly trust: TrustFacts;
  readonly refusals: readonly ClientRefusal[];
}

/** A check that gave no answer. */
export interface Lack {
  readonly check: string;
  readonly reason: string;
}
