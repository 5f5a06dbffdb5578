import yargs, { type Argv } from 'yargs';
import { didYouMean } from '../model/nearest.ts';
import { CONFIGURED_COMMANDS } from '../model/postern-config.ts';
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
  if (argv.includes('--print-config') && !isConfigured(entry.name))
    throw new UsageError(
      `--print-config: a configuration file says nothing to ${entry.name}, but to ${listed(CONFIGURED_COMMANDS, 'and')}`,
    );
  let code: ExitCode = 0;
  let printed = '';
  const context: CommandContext = {
    system,
    finish: (result) => {
      code = result;
    },
  };
  const { parser, rest } = await parserFor(entry, argv, context);
  await parser.parseAsync(rest, {}, (_error, _args, output) => {
    printed = output;
  });
  if (printed) await system.terminal.out(`${printed}\n`);
  return code;
}

/**
 * yargs with the one command as its default command: for any other, it writes the whole page of help at each call,
 * whether anyone asked or not, which takes longer than everything else it does.
 */
async function parserFor(entry: CommandEntry, argv: readonly string[], context: CommandContext) {
  const { builder, handler } = (await entry.load())(context);
  const parser: Argv = yargs()
    .scriptName('postern')
    .usage(`$0 ${entry.command}\n\n${entry.describe}`)
    .version(PROGRAM_VERSION)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
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
      const [, lacking] = /^Not enough arguments following: (.+)$/m.exec(error?.message ?? message) ?? [];
      if (lacking !== undefined) throw new UsageError(`${dashed(lacking)}: expected a value (${helpOf(entry)})`);
      // Errors of an option's own reading arrive wrapped, with their message kept.
      if (error?.name === 'YError') throw new UsageError(error.message);
      if (error) throw error;
      throw new UsageError(complaint(message.split('\n')[0] ?? '', parser, argv, entry));
    });
  parser.command({
    command: entry.command.replace(entry.name, '$0'),
    describe: false,
    builder: (options) => builder(options).options(GLOBAL_OPTIONS),
    handler,
  });
  const place = argv.indexOf(entry.name);
  return { parser, rest: [...argv.slice(0, place), ...argv.slice(place + 1)] };
}

/** The command that a line names: its first word that is no option. @throws UsageError */
function commandOf(argv: readonly string[]): CommandEntry {
  const name = argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--config');
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = COMMANDS.map((command) => command.name);
  if (name === undefined && argv.includes('--print-config'))
    throw new UsageError(
      `--print-config: of which command? Try postern scan --print-config, or ${listed(
        CONFIGURED_COMMANDS.filter((other) => other !== 'scan'),
        'or',
      )}`,
    );
  if (name === undefined) {
    const option = argv.find((word) => word.startsWith('-'));
    const said = option === undefined ? '' : `${option}: `;
    throw new UsageError(`${said}a command is needed: ${listed(names, 'or')}`);
  }
  throw new UsageError(`${name}: no such command${didYouMean(name, names) || `, see postern --help`}`);
}

function isConfigured(name: string): boolean {
  return CONFIGURED_COMMANDS.some((known) => known === name);
}

function listed(names: readonly string[], last: 'and' | 'or'): string {
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}

/** Long and short names of every option that yargs was told of. Not in its types; there since version 3. */
export function optionNames(parser: Argv): string[] {
  const { key } = (parser as unknown as { getOptions(): { key: Record<string, boolean> } }).getOptions();
  return Object.keys(key);
}

/** yargs' own words made ours, with what was probably meant. */
function complaint(message: string, parser: Argv, argv: readonly string[], entry: CommandEntry): string {
  const { name, command } = entry;
  const help = helpOf(entry);
  if (/^Not enough non-option arguments/.test(message))
    return `${name}: expected ${command.slice(name.length + 1)} (${help})`;
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown === undefined) return `${message} (${help})`;
  const [first = ''] = unknown.split(', ');
  if (argv.includes(first)) return `${name}: '${first}' is one argument too many (${help})`;
  const meant = didYouMean(
    first,
    optionNames(parser).filter((option) => option.length > 1),
  );
  return `unknown option ${dashed(first)}${meant.replace(/'(.+)'/, "'--$1'") || `, ${help}`}`;
}

function helpOf({ name }: CommandEntry): string {
  return `see postern ${name} --help`;
}

function dashed(option: string): string {
  return `${option.length > 1 ? '--' : '-'}${option}`;
}
