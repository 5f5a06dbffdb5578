import type { Credential } from '../model/credential.ts';
import type { Severity } from '../model/rule.ts';
import type { Reach } from '../model/target.ts';
import type { ClientIdentity } from '../model/tls-identity.ts';

/** Everything a verification was asked to do. Holds credentials: never kept, never printed. */
export interface VerifyRequest {
  readonly url: string;
  readonly right: Credential | null;
  readonly retired: Credential | null;
  readonly expired: Credential | null;
  readonly certificates: ClientCertificates | null;
  readonly keyHeader: string | null;
  readonly keyScheme: string | null;
  /** SHA-256 of a certificate that may be shown credentials although nobody vouches for it; lower-case hex. */
  readonly pin: string | null;
  /** Authorities beside the public ones that vouch for a server at an address, PEM. */
  readonly authorities: (address: string) => readonly string[];
  readonly neighbours: Neighbours;
  readonly allowPublic: readonly string[];
  readonly exclude: readonly string[];
  readonly assumeReach: Extract<Reach, 'lan' | 'public'> | null;
  /** Requests in all at most. */
  readonly budget: number;
  /** Between two requests. */
  readonly paceMs: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly userAgent: string;
  readonly failOn: Severity;
}

/** Where else the same service is looked for: on the ports of its file, nowhere, or at these places. */
export type Neighbours =
  | 'usual'
  | 'none'
  | {
      /** Of the same host. */
      readonly ports: readonly number[];
      /** Of other machines, such as the one behind the proxy. */
      readonly points: readonly { readonly address: string; readonly port: number }[];
    };

export interface ClientCertificates {
  /** The one that must be taken. */
  readonly own: ClientIdentity;
  /** One that signed itself: no server has reason to take it. */
  readonly rogue: ClientIdentity;
}

export const VERIFY_DEFAULTS = {
  budget: 80,
  paceMs: 50,
  connectTimeoutMs: 2000,
  responseTimeoutMs: 8000,
  failOn: 'medium',
} as const satisfies Partial<VerifyRequest>;
