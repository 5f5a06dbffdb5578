import type { TlsVersion } from '../../model/tls.ts';
import { ascii, concat, uint, uint16s, vector } from './bytes.ts';
import { EXTENSION, HANDSHAKE, RECORD, VERSION_NUMBER } from './numbers.ts';

export interface KeyShare {
  readonly group: number;
  readonly publicKey: Uint8Array;
}

/** What one hello offers. Empty lists leave the extension out, except for `keyShares`. */
export interface Offer {
  readonly version: Exclude<TlsVersion, 'SSLv2'>;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  /** Name for SNI; never an address (RFC 6066 §3). */
  readonly serverName: string | null;
  /** DEFLATE before null. */
  readonly compression?: boolean;
  readonly alpn?: readonly string[];
  readonly statusRequest?: boolean;
  readonly timestamps?: boolean;
  /** Extended master secret, session ticket and renegotiation info, in TLS 1.2 and before. */
  readonly features?: boolean;
  /** TLS 1.3 only. Empty: the server has to ask again, and so names its group. */
  readonly keyShares?: readonly KeyShare[];
  readonly cookie?: Uint8Array;
}

const UNCOMPRESSED_POINTS = Uint8Array.of(0);

/** A ClientHello as handshake message (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). `random` is 32 octets, `sessionId` 0 to 32. */
export function clientHello(offer: Offer, random: Uint8Array, sessionId: Uint8Array = new Uint8Array(0)): Uint8Array {
  const version = Math.min(VERSION_NUMBER[offer.version], VERSION_NUMBER['TLSv1.2']);
  const extensions = extensionsOf(offer);
  const body = concat(
    uint(version, 2),
    random,
    vector(1, sessionId),
    vector(2, uint16s(offer.suites)),
    vector(1, offer.compression ? Uint8Array.of(1, 0) : Uint8Array.of(0)),
    extensions.length > 0 ? vector(2, ...extensions) : new Uint8Array(0),
  );
  return concat(Uint8Array.of(HANDSHAKE.clientHello), uint(body.length, 3), body);
}

/**
 * Puts a hello into records. Their version is 3.1, or 3.0 for SSLv3; of a second hello it is 3.3, which Go insists on
 * (RFC 8446 §5.1).
 */
export function helloRecords(message: Uint8Array, version: Offer['version'], which: 'first' | 'second'): Uint8Array {
  const recordVersion = which === 'second' ? 0x0303 : version === 'SSLv3' ? 0x0300 : 0x0301;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += MAX_FRAGMENT) {
    const fragment = message.subarray(at, at + MAX_FRAGMENT);
    parts.push(Uint8Array.of(RECORD.handshake), uint(recordVersion, 2), vector(2, fragment));
  }
  return concat(...parts);
}

/** RFC 8446 §5.1 */
const MAX_FRAGMENT = 16384;

function extensionsOf(offer: Offer): Uint8Array[] {
  if (offer.version === 'SSLv3') return [];
  const modern = offer.version === 'TLSv1.3';
  const parts: Uint8Array[] = [];
  const add = (type: number, ...body: readonly Uint8Array[]): void => {
    parts.push(concat(uint(type, 2), vector(2, ...body)));
  };

  if (offer.serverName !== null)
    add(EXTENSION.serverName, vector(2, Uint8Array.of(0), vector(2, ascii(offer.serverName))));
  if (offer.statusRequest) add(EXTENSION.statusRequest, Uint8Array.of(1), vector(2), vector(2));
  if (offer.groups.length > 0) add(EXTENSION.supportedGroups, vector(2, uint16s(offer.groups)));
  if (offer.groups.length > 0 && !modern) add(EXTENSION.ecPointFormats, vector(1, UNCOMPRESSED_POINTS));
  if (offer.schemes.length > 0) add(EXTENSION.signatureAlgorithms, vector(2, uint16s(offer.schemes)));
  if (offer.alpn && offer.alpn.length > 0)
    add(EXTENSION.alpn, vector(2, ...offer.alpn.map((name) => vector(1, ascii(name)))));
  if (offer.timestamps) add(EXTENSION.signedCertificateTimestamp);
  if (offer.features && !modern) {
    add(EXTENSION.extendedMasterSecret);
    add(EXTENSION.sessionTicket);
    add(EXTENSION.renegotiationInfo, vector(1));
  }
  if (modern) {
    if (offer.cookie) add(EXTENSION.cookie, vector(2, offer.cookie));
    add(EXTENSION.supportedVersions, vector(1, uint(VERSION_NUMBER['TLSv1.3'], 2)));
    add(EXTENSION.pskKeyExchangeModes, vector(1, Uint8Array.of(1)));
    const shares = (offer.keyShares ?? []).map(({ group, publicKey }) => concat(uint(group, 2), vector(2, publicKey)));
    add(EXTENSION.keyShare, vector(2, ...shares));
  }
  return parts;
}
