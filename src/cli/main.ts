import yargs from 'yargs';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { System } from '../system/ports.ts';
import { diffCommand } from './commands/diff.ts';
import { explainCommand } from './commands/explain.ts';
import { historyCommand } from './commands/history.ts';
import { lintCommand } from './commands/lint.ts';
import { mergeCommand } from './commands/merge.ts';
import { reportCommand } from './commands/report.ts';
import { rulesCommand } from './commands/rules.ts';
import { scanCommand } from './commands/scan.ts';
import { tlsCommand } from './commands/tls.ts';
import type { Command, CommandContext, ExitCode } from './context.ts';

const COMMANDS: readonly ((context: CommandContext) => Command)[] = [
  scanCommand,
  tlsCommand,
  lintCommand,
  reportCommand,
  mergeCommand,
  diffCommand,
  historyCommand,
  rulesCommand,
  explainCommand,
];

/** Runs one command line and resolves to the exit code. Nothing is thrown, nothing exits. */
export async function main(argv: readonly string[], system: System): Promise<ExitCode> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await system.terminal.out(`${PROGRAM_VERSION}\n`);
    return 0;
  }
  try {
    return await run(argv, system);
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

async function run(argv: readonly string[], system: System): Promise<ExitCode> {
  let code: ExitCode = 0;
  let printed = '';
  const context: CommandContext = {
    system,
    finish: (result) => {
      code = result;
    },
  };
  const parser = yargs()
    .scriptName('postern')
    .usage('$0 <command>\n\nFinds the doors that were left open around self-hosted AI services.')
    .version(PROGRAM_VERSION)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .strict()
    .strictCommands()
    .recommendCommands()
    .demandCommand(1, 'a command is needed: scan, tls, lint, report, merge, diff, history, rules or explain')
    .parserConfiguration({
      'parse-numbers': false,
      'greedy-arrays': false,
      'strip-aliased': true,
      'strip-dashed': true,
    })
    .wrap(Math.min(system.terminal.columns, 110))
    .exitProcess(false)
    .fail((message, error) => {
      // Errors of an option's own reading arrive wrapped, with their message kept.
      if (error?.name === 'YError') throw new UsageError(error.message);
      if (error) throw error;
      throw new UsageError(`${message.split('\n')[0]} (see postern --help)`);
    });
  for (const command of COMMANDS) parser.command(command(context));
  await parser.parseAsync([...argv], {}, (_error, _args, output) => {
    printed = output;
  });
  if (printed) await system.terminal.out(`${printed}\n`);
  return code;
}
