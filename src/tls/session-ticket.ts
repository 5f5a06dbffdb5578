import { readElement, readElements, TAG } from './der/read.ts';

/** What OpenSSL keeps of a session (ssl/ssl_asn1.c, SSL_SESSION_ASN1). */
export interface SessionFacts {
  /** A ticket came with it. */
  readonly ticket: boolean;
  readonly extendedMasterSecret: boolean;
  /** Octets of early data the server would take; 0: none. */
  readonly maxEarlyData: number;
}

const TICKET = 0xaa;
const FLAGS = 0xad;
const MAX_EARLY_DATA = 0xaf;
/** SSL_SESS_FLAG_EXTMS of OpenSSL. */
const EXTENDED_MASTER_SECRET = 1;

export function readSession(der: Uint8Array): SessionFacts | null {
  const fields = readElements(readElement(der)?.body ?? new Uint8Array(0));
  if (!fields || fields.length === 0) return null;
  const tagged = (tag: number) => fields.find((field) => field.tag === tag)?.body ?? null;
  const number = (body: Uint8Array | null): number => {
    const inner = body ? readElement(body) : null;
    return inner?.tag === TAG.integer ? inner.body.reduce((sum, octet) => sum * 256 + octet, 0) : 0;
  };
  return {
    ticket: tagged(TICKET) !== null,
    extendedMasterSecret: (number(tagged(FLAGS)) & EXTENDED_MASTER_SECRET) !== 0,
    maxEarlyData: number(tagged(MAX_EARLY_DATA)),
  };
}
