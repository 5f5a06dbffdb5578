import type { Argv } from 'yargs';
import type { System } from '../system/ports.ts';

/** What a command gets; it answers with an exit code. */
export interface CommandContext {
  readonly system: System;
  /** Called once by the command that ran. */
  finish(code: ExitCode): void;
}

/** 0 clean, 1 findings, 2 usage, 3 nothing examined (or, with --strict, anything not examined), 4 our fault, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

/** A yargs command module whose handler loads what it needs when it runs. */
export interface Command {
  readonly command: string;
  readonly describe: string;
  builder(yargs: Argv): Argv;
  handler(args: unknown): Promise<void>;
}
