import type { Severity } from '../model/rule.ts';
import type { ConfigArguments } from './configured.ts';
import type { NotifyArguments } from './notifier.ts';
import type { HistoryArguments } from './scan-history.ts';

/** The options of `postern tls` after parsing. */
export interface TlsArguments extends HistoryArguments, NotifyArguments, ConfigArguments {
  readonly hosts?: readonly string[];
  readonly targets?: readonly string[];
  readonly ports?: string;
  readonly exclude?: readonly string[];
  readonly excludeFile?: readonly string[];
  readonly allowPublic?: readonly string[];
  readonly serverName?: string;
  readonly assumeReach?: 'lan' | 'public';
  readonly cert?: readonly string[];
  readonly key?: string;
  readonly ca?: readonly string[];
  readonly pin?: readonly string[];
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly quick?: boolean;
  readonly maxConnections?: number;
  readonly pace?: number;
  readonly parallel?: number;
  readonly perHost?: number;
  readonly timeout?: number;
  readonly responseTimeout?: number;
  readonly userAgent?: string;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly rules?: readonly string[];
}
