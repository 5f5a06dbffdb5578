import type { Severity } from '../model/rule.ts';
import type { ConfigArguments } from './configured.ts';

/** The options of `postern verify` after parsing. */
export interface VerifyArguments extends ConfigArguments {
  readonly url: string;
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly basicEnv?: string;
  readonly expiredTokenFile?: string;
  readonly oldKeyEnv?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly keyHeader?: string;
  readonly keyScheme?: string;
  readonly ca?: readonly string[];
  readonly pin?: string;
  readonly neighbours?: string;
  readonly allowPublic?: readonly string[];
  readonly exclude?: readonly string[];
  readonly assumeReach?: 'lan' | 'public';
  readonly maxRequests?: number;
  readonly pace?: number;
  readonly timeout?: number;
  readonly responseTimeout?: number;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly rules?: readonly string[];
}
