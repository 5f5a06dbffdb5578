import yargs, { type Argv } from 'yargs';
import { didYouMean } from '../model/nearest.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { System } from '../system/ports.ts';
import { COMMANDS, type CommandEntry } from './command-table.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/** Parses a command line and runs the one command it names; no other command is loaded. @throws UsageError */
export async function runCommandLine(written: readonly string[], system: System): Promise<ExitCode> {
  const argv = written[0] === 'help' && written.length > 1 ? [...written.slice(1), '--help'] : written;
  const entry = commandOf(argv);
  let code: ExitCode = 0;
  let printed = '';
  const context: CommandContext = {
    system,
    finish: (result) => {
      code = result;
    },
  };
  const parser = await parserFor([entry], context);
  await parser.parseAsync([...argv], {}, (_error, _args, output) => {
    printed = output;
  });
  if (printed) await system.terminal.out(`${printed}\n`);
  return code;
}

/** yargs with some of the commands. */
export async function parserFor(entries: readonly CommandEntry[], context: CommandContext): Promise<Argv> {
  const parser = yargs()
    .scriptName('postern')
    .version(PROGRAM_VERSION)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .options(GLOBAL_OPTIONS)
    .strict()
    .strictCommands()
    .parserConfiguration({
      'parse-numbers': false,
      'greedy-arrays': false,
      'strip-aliased': true,
      'strip-dashed': true,
    })
    .wrap(Math.min(context.system.terminal.columns, 110))
    .exitProcess(false)
    .fail((message, error) => {
      // Errors of an option's own reading arrive wrapped, with their message kept.
      if (error?.name === 'YError') throw new UsageError(error.message);
      if (error) throw error;
      throw new UsageError(complaint(message.split('\n')[0] ?? '', parser, entries));
    });
  for (const { command, describe, load } of entries) {
    const { builder, handler } = (await load())(context);
    parser.command({ command, describe, builder, handler });
  }
  return parser;
}

/** The command that a line names: its first word that is no option. @throws UsageError */
function commandOf(argv: readonly string[]): CommandEntry {
  const name = argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--config');
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = COMMANDS.map((command) => command.name);
  if (name === undefined) {
    const option = argv.find((word) => word.startsWith('-'));
    const said = option === undefined ? '' : `${option}: `;
    throw new UsageError(`${said}a command is needed: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`);
  }
  throw new UsageError(`${name}: no such command${didYouMean(name, names) || `, see postern --help`}`);
}

/** Long and short names of every option that yargs was told of. Not in its types; there since version 3. */
export function optionNames(parser: Argv): string[] {
  const { key } = (parser as unknown as { getOptions(): { key: Record<string, boolean> } }).getOptions();
  return Object.keys(key);
}

/** yargs' own words, with what was probably meant. */
function complaint(message: string, parser: Argv, entries: readonly CommandEntry[]): string {
  const help = `postern ${entries[0]?.name ?? ''} --help`;
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown === undefined) return `${message} (see ${help})`;
  const known = optionNames(parser);
  const name = unknown.split(', ')[0] ?? '';
  const meant = didYouMean(name, known).replace(/'(.+)'/, "'--$1'");
  return `unknown option --${name}${meant || `, see ${help}`}`;
}
