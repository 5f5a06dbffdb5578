import type { TlsVersion } from './tls.ts';

/** From best to worst. */
export const GRADES = ['A+', 'A', 'B', 'C', 'D', 'E', 'F'] as const;
export type Grade = (typeof GRADES)[number];

/** Properties of a configuration that a grade may rest on. What each costs is in rules/tables/grading.yaml. */
export const TRAITS = [
  'sslv2',
  'sslv3',
  'tls10',
  'tls11',
  'unusable-version',
  'no-tls12',
  'no-tls13',
  'null-cipher',
  'anonymous',
  'export-cipher',
  'cipher-below-112-bits',
  'rc4',
  'block-64-bits',
  'draft-cipher',
  'static-key-exchange',
  'only-static-key-exchange',
  'no-aead',
  'cbc-beside-aead',
  'dh-below-1024',
  'dh-below-2048',
  'export-rsa-key',
  'group-below-224-bits',
  'no-secure-renegotiation',
  'compression',
  'no-extended-master-secret',
  'key-below-1024',
  'key-below-2048',
  'ec-key-below-224',
  'dsa-key',
  'exponent-one',
  'md5-signature',
  'sha1-signature',
] as const;
export type Trait = (typeof TRAITS)[number];

export interface GradingRow {
  readonly trait: Trait;
  /** The best grade that is still possible. */
  readonly cap: Grade;
  readonly rule: string;
  readonly says: string;
  readonly source: string;
}

/** One reason why the grade is not better. */
export interface Deduction {
  readonly trait: Trait;
  readonly cap: Grade;
  /** What was seen. */
  readonly observation: string;
  readonly rule: string;
  readonly source: string;
}

/** The grade of what a client gets that can do no better than this version. */
export interface PathGrade {
  readonly version: TlsVersion;
  readonly grade: Grade;
}

/** SSL Labs' rating guide 2009r, as far as it can be computed from outside. */
export interface ApproximateScore {
  readonly label: 'approximation of the SSL Labs rating guide 2009r';
  readonly protocol: number;
  readonly keyExchange: number;
  readonly cipher: number;
  readonly total: number;
  readonly letter: string;
  readonly caps: readonly string[];
}

export interface Compliance {
  /** `modern 6.0` */
  readonly profile: string;
  readonly compliant: boolean | 'unknown';
  readonly missing: readonly string[];
}

export interface TlsGrade {
  /** Null when a check is lacking that could make it worse; see `lacks`. */
  readonly configuration: Grade | null;
  /** The grade if everything that could not be seen were in order. */
  readonly atMost: Grade;
  readonly lacks: readonly string[];
  readonly paths: readonly PathGrade[];
  readonly deductions: readonly Deduction[];
  readonly score: ApproximateScore | null;
  readonly compliance: readonly Compliance[];
}

/** A profile of Mozilla's server-side TLS guidelines. */
export interface GuidelineProfile {
  readonly name: string;
  readonly version: string;
  readonly versions: readonly string[];
  /** TLS 1.3 suites and those before, IANA names. */
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly keyKinds: readonly ('RSA' | 'EC')[];
  readonly curves: readonly string[];
  readonly signatures: readonly string[];
  readonly rsaBits: number | null;
  readonly dhBits: number | null;
  readonly serverOrder: boolean;
  readonly maxLifetimeDays: number;
}
