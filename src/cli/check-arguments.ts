import type { Severity } from '../model/rule.ts';
import type { ConfigArguments } from './configured.ts';
import type { NotifyArguments } from './notifier.ts';
import type { HistoryArguments } from './scan-history.ts';

/** The options of `postern check` after parsing. */
export interface CheckArguments extends HistoryArguments, NotifyArguments, ConfigArguments {
  readonly probe?: boolean;
  readonly root?: string;
  readonly ports?: string;
  readonly passive?: boolean;
  readonly tls?: 'full' | 'quick' | 'off';
  readonly ca?: readonly string[];
  readonly expect?: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly maxRequests?: number;
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
