import type { CertificateRequest } from './wire/certificate-request.ts';
import type { ServerKeyExchange } from './wire/key-exchange.ts';
import type { SentCertificates, ServerHello } from './wire/server-messages.ts';

/** What a server said to one hello. */
export interface HelloAnswer {
  readonly kind: 'hello';
  readonly hello: ServerHello;
  /** The hello that asked for another group, when there was one. */
  readonly retry: ServerHello | null;
  readonly certificates: SentCertificates | null;
  readonly keyExchange: ServerKeyExchange | null;
  readonly certificateRequest: CertificateRequest | null;
  /** Extensions that TLS 1.3 encrypts; null when they were not read. */
  readonly encryptedExtensions: ReadonlyMap<number, Uint8Array> | null;
  /** Scheme of CertificateVerify, TLS 1.3. */
  readonly scheme: number | null;
  readonly stapled: boolean;
  /** True when everything up to the end of the server's flight was read. */
  readonly complete: boolean;
  /** Why reading ended early, when it did. */
  readonly trouble: string | null;
}

export type Answer =
  | HelloAnswer
  | { readonly kind: 'alert'; readonly code: number }
  /** The peer hung up without a word. */
  | { readonly kind: 'closed'; readonly how: 'closed' | 'reset' }
  /** The first octets were not those of TLS. */
  | { readonly kind: 'foreign'; readonly head: Uint8Array }
  /** TLS, but not as the protocol allows. */
  | { readonly kind: 'malformed'; readonly reason: string }
  /** No answer, and none to be concluded from: timeout, refused, unreachable, budget, cancelled. */
  | { readonly kind: 'failed'; readonly reason: AnswerFailure };

export const ANSWER_FAILURES = [
  'timeout',
  'refused',
  'unreachable',
  'too-long',
  'budget',
  'cancelled',
  'resources',
] as const;
export type AnswerFailure = (typeof ANSWER_FAILURES)[number];

/** Of a failed connection, in words that stand behind what was not seen. */
export function failureText(reason: AnswerFailure): string {
  return FAILURE_TEXTS[reason];
}

const FAILURE_TEXTS = {
  timeout: 'no answer in time',
  refused: 'the connection was refused',
  unreachable: 'not reachable',
  'too-long': 'the answer was too long',
  budget: 'no connection left of --max-connections',
  cancelled: 'interrupted',
  resources: 'no socket to be had',
} as const satisfies Record<AnswerFailure, string>;
