import type { Severity } from '../model/rule.ts';
import type { EngineName } from '../system/ports.ts';
import type { ConfigArguments } from './configured.ts';
import type { NotifyArguments } from './notifier.ts';
import type { HistoryArguments } from './scan-history.ts';

/** The options of `postern scan` after parsing. */
export interface ScanArguments extends HistoryArguments, NotifyArguments, ConfigArguments {
  readonly targets?: readonly string[];
  readonly file?: readonly string[];
  readonly local?: boolean;
  readonly ports?: string;
  readonly exclude?: readonly string[];
  readonly excludeFile?: readonly string[];
  readonly shard?: string;
  readonly site?: string;
  readonly allowPublic?: readonly string[];
  readonly sni?: readonly string[];
  readonly basePath?: readonly string[];
  readonly assumeReach?: 'lan' | 'public';
  readonly plan?: boolean;
  readonly passive?: boolean;
  readonly tls?: 'full' | 'quick' | 'off';
  readonly ca?: readonly string[];
  readonly maxRequests?: number;
  readonly rate?: number;
  readonly parallel?: number;
  readonly engine?: EngineName;
  readonly perHost?: number;
  readonly endpoints?: number;
  readonly timeout?: number;
  readonly minTimeout?: number;
  readonly responseTimeout?: number;
  readonly retries?: number;
  readonly header?: Readonly<Record<string, string>>;
  readonly userAgent?: string;
  readonly resume?: string;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly rules?: readonly string[];
}
