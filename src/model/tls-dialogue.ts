import type { ClientIdentity } from './tls-identity.ts';

/** Why a raw dialogue ended. `done`: the listener had enough. */
export type RawEnd =
  | 'done'
  | 'closed'
  | 'reset'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'too-long'
  | 'cancelled'
  | 'resources';

/** What to do after a piece has arrived: read on, stop, or send more. */
export type RawReply = 'more' | 'stop' | Uint8Array;

/** Half of a Diffie-Hellman exchange. */
export interface KeyAgreement {
  readonly group: number;
  readonly publicKey: Uint8Array;
  /** The shared secret; null when the peer's share is not a point of the group. */
  secret(peer: Uint8Array): Uint8Array | null;
}

export interface HandshakeRequest {
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly identity: ClientIdentity | null;
  /** DER of an earlier session, to be resumed. */
  readonly session: Uint8Array | null;
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Names of groups to offer instead of the platform's own list; empty: that list. */
  readonly groups: readonly string[];
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
