import type { Lack, ProtocolFacts, TlsVersion } from '../model/tls.ts';
import type { HelloAnswer } from './answer.ts';

/** One flight of certificates, as sent. */
export interface SentChain {
  readonly version: TlsVersion;
  /** DER, in the order sent. */
  readonly certificates: readonly Uint8Array[];
}

/** Everything the hellos brought to light, before it is put into words. */
export interface Inspection {
  readonly protocols: readonly ProtocolFacts[];
  /** Versions by group code. */
  readonly groups: ReadonlyMap<number, ReadonlySet<TlsVersion>>;
  readonly groupsExhaustive: boolean;
  /** Answers whose ServerHello is of interest for features, newest version first. */
  readonly hellos: readonly HelloAnswer[];
  /** Answers read to the end of the server's flight. */
  readonly flights: readonly HelloAnswer[];
  readonly chains: readonly SentChain[];
  readonly dhBits: number | 'unknown' | null;
  readonly exportRsaBits: number | null;
  readonly fallbackProtection: boolean | 'unknown' | null;
  readonly lacks: readonly Lack[];
  readonly notes: readonly string[];
}

/** What the port turned out to be, when it is not TLS. */
export type Scouting =
  | { readonly speech: 'tls' }
  | { readonly speech: 'plaintext' | 'other' | 'silent'; readonly detail: string };
