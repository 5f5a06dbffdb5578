import type { AdmittedTarget } from '../model/target.ts';
import type { HandshakeRequest, HandshakeResult, KeyAgreement, RawEnd, RawReply } from '../model/tls-dialogue.ts';
import type { SigningKey } from '../model/tls-identity.ts';

import type { BytesRead } from './read-bytes.ts';

/*
 * What the TLS inspector needs of the outside world: raw octets to and from an admitted target,
 * key pairs, and one real handshake by the platform's own TLS.
 */

export interface RawLimits {
  readonly connectTimeoutMs: number;
  /** From the first octet sent to the end; a slow drip does not extend it. */
  readonly totalTimeoutMs: number;
  /** Octets read at most. */
  readonly maxBytes: number;
}

export interface TlsWire {
  /** Sends `opening`, hands every piece that comes back to `listen`, and closes. Never throws. */
  converse(
    target: AdmittedTarget,
    opening: Uint8Array,
    listen: (piece: Uint8Array) => RawReply,
    limits: RawLimits,
    signal: AbortSignal,
  ): Promise<RawEnd>;
  /** A full handshake by the platform; certificates are not verified, nothing secret is sent. Never throws. */
  handshake(
    target: AdmittedTarget,
    request: HandshakeRequest,
    limits: RawLimits,
    signal: AbortSignal,
  ): Promise<HandshakeResult>;
  random(length: number): Uint8Array;
  /** Whether there is an `agreement` of the group. */
  canAgree(group: number): boolean;
  /** A fresh key pair; null when the platform cannot do the group. */
  agreement(group: number): KeyAgreement | null;
  signingKey(): SigningKey;
  /** Certificates of the system's own roots, DER; the platform's where the system has none. */
  publicRoots(): readonly Uint8Array[];
  readBytes(path: string, maxBytes: number): Promise<BytesRead>;
}
