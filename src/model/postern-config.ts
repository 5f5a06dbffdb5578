import type { OverallState } from './auth.ts';
import type { Severity } from './rule.ts';
import type { Reach } from './target.ts';

/** What a `postern.config.yaml` says, checked and complete: what is not written is empty. */
export interface PosternConfig {
  /** By rule id. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Values for options, by command and long option name, as they stand in the file. */
  readonly options: Readonly<Record<ConfiguredCommand, OptionValues>>;
  /** For every command that has an option of this name: `fail-on`, `strict`, `state`. */
  readonly shared: OptionValues;
  readonly trust: readonly TrustSetting[];
  readonly pins: readonly string[];
  readonly ignore: readonly IgnoreSetting[];
  readonly expect: readonly Expectation[];
  readonly notify: NotifySetting | null;
  readonly output: readonly OutputSetting[];
}

export const CONFIGURED_COMMANDS = ['scan', 'tls', 'lint', 'check', 'verify'] as const;
export type ConfiguredCommand = (typeof CONFIGURED_COMMANDS)[number];

export type OptionValue = string | number | boolean | readonly (string | number)[];
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** A rule judged otherwise than its file says. Its findings are never dropped. */
export interface RuleSetting {
  /** False: what the rule finds is suppressed. */
  readonly enabled: boolean;
  readonly severity?: Severity;
  readonly reason?: string;
}

/** An authority that counts for some addresses. */
export interface TrustSetting {
  /** CIDRs or addresses; empty: all. */
  readonly targets: readonly string[];
  /** File or directory, from the directory of the configuration file. */
  readonly ca: string;
  readonly at: string;
}

/** Findings of `lint` that are accepted. What is left out is not asked for. */
export interface IgnoreSetting {
  readonly rule?: string;
  /** Glob over the path, from the directory of the configuration file. */
  readonly path?: string;
  readonly service?: string;
  readonly fingerprint?: string;
  readonly reason: string;
  /** `2027-01-01`: the last day on which it counts. */
  readonly expires?: string;
  /** `file:line:column`, for messages. */
  readonly at: string;
}

/** One line of the policy of `check --expect`: what a service must be like. What is left out is not asked for. */
export interface Expectation {
  readonly service: string;
  /** Addresses it may listen on. */
  readonly listen?: readonly string[];
  readonly ports?: readonly number[];
  readonly auth?: OverallState;
  /** The worst TLS grade that will do. */
  readonly grade?: string;
  /** The widest reach that will do. */
  readonly reach?: Reach;
  readonly at: string;
}

export interface NotifySetting {
  readonly url: string;
  readonly format: 'json' | 'slack';
  /** Name of the environment variable that holds the secret of the signature. */
  readonly secretEnv?: string;
  /** `new`: only when something appeared or became worse. */
  readonly on: 'new' | 'always';
  readonly at: string;
}

export interface OutputSetting {
  readonly format: string;
  readonly file: string;
}
