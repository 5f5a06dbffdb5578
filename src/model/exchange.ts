declare const declared: unique symbol;

export type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'DELETE';

/**
 * `read`: GET, HEAD or OPTIONS. `gate`: invalid by construction, refused by auth or by validation, sent only to an
 * identified service. `protocol`: the hello of a protocol whose hello is a POST.
 */
export type RequestKind = 'read' | 'gate' | 'protocol';

/** How much of the answer is read. `first-event`: stop after the first server-sent event. */
export type ReadDepth = 'body' | 'status-only' | 'first-event';

export interface RequestSpec {
  readonly kind: RequestKind;
  readonly method: Method;
  /** Absolute path with query, before the base path is put in front. */
  readonly path: string;
  /** Extra headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Header lines sent as they are written, after the others: case is kept and names may repeat. */
  readonly lines?: readonly HeaderLine[];
  readonly body?: string;
  readonly read: ReadDepth;
}

export type HeaderLine = readonly [name: string, value: string];

/** A request that stands in the catalogue and passed its never-list. Only `catalogue/` makes one. */
export interface DeclaredRequest extends RequestSpec {
  readonly [declared]: true;
  /** Identity within one endpoint: equal keys are fetched once. */
  readonly key: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined with `, `. Values are raw and untrusted. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most the body cap, decoded as UTF-8; empty when only the status was read. */
  readonly body: string;
  /** True when the body went on after the cap, or was not read to its end. */
  readonly truncated: boolean;
}

/** Why nothing usable came back. */
export const FAILURES = [
  'timeout',
  'reset',
  'closed',
  'refused',
  'unreachable',
  'not-http',
  'headers-too-large',
  'tls-failed',
  'client-certificate-required',
  'budget',
  'cancelled',
  'resources',
] as const;
export type Failure = (typeof FAILURES)[number];

export type ExchangeOutcome =
  | { readonly status: 'ok'; readonly response: HttpResponse; readonly elapsedMs: number }
  | { readonly status: 'failed'; readonly reason: Failure; readonly detail: string; readonly elapsedMs: number };

/** One request and what came of it, as kept for judging. */
export interface Exchange {
  readonly request: DeclaredRequest;
  readonly outcome: ExchangeOutcome;
}

export type Transport = 'plaintext' | 'tls';

/** What a TLS handshake showed in passing; the inspector learns far more. */
export interface TlsSummary {
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly authorized: boolean;
  /** Node's verification error code, e.g. `CERT_HAS_EXPIRED`, or null. */
  readonly trustError: string | null;
  readonly certificate: CertificateSummary | null;
}

export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly selfSigned: boolean;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
}
