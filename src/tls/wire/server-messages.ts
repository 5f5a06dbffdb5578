import { hex } from './bytes.ts';
import { DOWNGRADE_MARKS, EXTENSION, RETRY_RANDOM } from './numbers.ts';
import { type Reader, reader } from './reader.ts';

export interface ServerHello {
  /** The version that was chosen, from supported_versions where it is there. */
  readonly version: number;
  readonly suite: number;
  readonly sessionId: Uint8Array;
  readonly compression: number;
  readonly extensions: ReadonlyMap<number, Uint8Array>;
  /** A HelloRetryRequest. */
  readonly retry: boolean;
  /** The group of key_share, TLS 1.3. */
  readonly group: number | null;
  readonly publicKey: Uint8Array | null;
  /** The version the server says it could have done, from its random. */
  readonly knowsBetter: string | null;
}

/** RFC 8446 §4.1.3 and §4.1.4, RFC 5246 §7.4.1.3. Null when it is not well formed. */
export function readServerHello(body: Uint8Array): ServerHello | null {
  const fields = reader(body);
  const legacyVersion = fields.uint16();
  const random = hex(fields.bytes(32));
  const sessionId = fields.vector(1);
  const suite = fields.uint16();
  const compression = fields.uint8();
  // SSLv3 and old TLS servers leave the block out.
  const extensions = fields.left > 0 ? readExtensions(reader(fields.vector(2))) : new Map<number, Uint8Array>();
  if (fields.failed || sessionId.length > 32 || extensions === null) return null;

  const chosen = extensions.get(EXTENSION.supportedVersions);
  const share = reader(extensions.get(EXTENSION.keyShare) ?? new Uint8Array(0));
  const group = share.left >= 2 ? share.uint16() : null;
  return {
    version: chosen && chosen.length === 2 ? reader(chosen).uint16() : legacyVersion,
    suite,
    sessionId,
    compression,
    extensions,
    retry: random === RETRY_RANDOM,
    group,
    publicKey: share.left > 2 ? share.vector(2) : null,
    knowsBetter: DOWNGRADE_MARKS[random.slice(48)] ?? null,
  };
}

/** Type and body; the first of a repeated type counts. Null when a length lies. */
export function readExtensions(fields: Reader): Map<number, Uint8Array> | null {
  const found = new Map<number, Uint8Array>();
  while (fields.left > 0) {
    const type = fields.uint16();
    const body = fields.vector(2);
    if (fields.failed) return null;
    if (!found.has(type)) found.set(type, body);
  }
  return found;
}

export interface SentCertificates {
  /** DER, in the order sent. */
  readonly chain: readonly Uint8Array[];
  /** Extensions of the first entry, TLS 1.3. */
  readonly extensions: ReadonlyMap<number, Uint8Array>;
}

/** More than any honest chain; what follows is not read. */
export const MAX_CERTIFICATES = 100;

/** RFC 5246 §7.4.2, or RFC 8446 §4.4.2 when `modern`. Null when it is not well formed. */
export function readCertificates(body: Uint8Array, modern: boolean): SentCertificates | null {
  const fields = reader(body);
  if (modern) fields.vector(1); // request context
  const list = reader(fields.vector(3));
  if (fields.failed) return null;
  const chain: Uint8Array[] = [];
  let first: ReadonlyMap<number, Uint8Array> | null = null;
  while (list.left > 0 && chain.length < MAX_CERTIFICATES) {
    const certificate = list.vector(3);
    const extensions = modern ? readExtensions(reader(list.vector(2))) : new Map<number, Uint8Array>();
    if (list.failed || extensions === null) return null;
    first ??= extensions;
    chain.push(certificate);
  }
  return { chain, extensions: first ?? new Map() };
}

/** RFC 8446 §4.3.1 */
export function readEncryptedExtensions(body: Uint8Array): Map<number, Uint8Array> | null {
  const fields = reader(body);
  const block = fields.vector(2);
  return fields.failed ? null : readExtensions(reader(block));
}

/** The names an `application_layer_protocol_negotiation` answer holds (RFC 7301 §3.1). */
export function readAlpn(body: Uint8Array | undefined): string | null {
  if (body === undefined) return null;
  const list = reader(reader(body).vector(2));
  const name = list.vector(1);
  return list.failed ? null : new TextDecoder().decode(name);
}
