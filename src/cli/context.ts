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

/** What yargs is told of a command once it is named (its name and line of help are in `command-table.ts`). The handler loads what it needs. */
export interface Command {
  builder(yargs: Argv): Argv;
  handler(args: unknown): Promise<void>;
}
