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
