import type { Severity } from '../model/rule.ts';
import type { ConfigArguments } from './configured.ts';

/** What yargs makes of the options of `postern lint`. */
export interface LintArguments extends ConfigArguments {
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly gitignore?: boolean;
  readonly stdinFilename?: string;
  readonly pedantic?: boolean;
  readonly ignores?: boolean;
  readonly fix?: string;
  readonly diff?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly strict?: boolean;
  readonly rules?: readonly string[];
}
