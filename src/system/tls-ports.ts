import type { AdmittedTarget } from '../model/target.ts';
import type { KeyAgreement, RawEnd, RawReply } from '../model/tls-dialogue.ts';

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

export interface ClientIdentity {
  /** PEM, the chain included. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
}

export interface HandshakeRequest {
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly identity: ClientIdentity | null;
  /** DER of an earlier session, to be resumed. */
  readonly session: Uint8Array | null;
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Sent after the handshake; the answer's first octets are kept. Null: only wait for session tickets. */
  readonly request: Uint8Array | null;
}

export interface HandshakeResult {
  /** Null when the handshake did not complete. */
  readonly protocol: string | null;
  readonly resumed: boolean;
  /** DER of the last session the server gave (OpenSSL's SSL_SESSION), or null. */
  readonly session: Uint8Array | null;
  /** The first octets of what came back to the request. */
  readonly answer: Uint8Array;
  /** Node's or OpenSSL's error code, or how it ended. */
  readonly error: string | null;
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
  /** Null when the platform cannot do the group. */
  agreement(group: number): KeyAgreement | null;
  /** A self-signed certificate that no one trusts, made for this run. */
  rogueIdentity(): ClientIdentity;
}
