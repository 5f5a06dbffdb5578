import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { System } from '../system/ports.ts';
import { runCommandLine } from './command-line.ts';
import type { ExitCode } from './context.ts';

/** Runs one command line and resolves to the exit code. Nothing is thrown, nothing exits. */
export async function main(argv: readonly string[], system: System): Promise<ExitCode> {
  const [first] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-V')) {
    await system.terminal.out(`${PROGRAM_VERSION}\n`);
    return 0;
  }
  try {
    if (argv.length === 1 && (first === '--help' || first === '-h' || first === 'help')) {
      const { helpText } = await import('./help.ts');
      await system.terminal.out(helpText(system.terminal.columns));
      return 0;
    }
    return await runCommandLine(argv, system);
  } catch (error) {
    if (error instanceof UsageError) {
      system.terminal.err(`postern: ${error.message}\n`);
      return 2;
    }
    system.terminal.err(
      `postern: internal error: ${(error as Error)?.stack ?? String(error)}\nThis is a fault of postern, not a finding.\n`,
    );
    return 4;
  }
}
