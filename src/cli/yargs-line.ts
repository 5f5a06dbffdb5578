import yargs, { type Argv } from 'yargs';
import { didYouMean } from '../model/nearest.ts';
import { UsageError } from '../model/trouble.ts';
import { PROGRAM_VERSION } from '../model/version.ts';
import type { CommandEntry } from './command-table.ts';
import type { Command } from './context.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/**
 * yargs with the one command as its default command: for any other, it writes the whole page of help at each call,
 * whether anyone asked or not, which takes longer than everything else it does. Resolves to what it says, if anything.
 * @throws UsageError
 */
export async function runWithYargs(
  entry: CommandEntry,
  { builder, handler }: Command,
  words: readonly string[],
  columns: number,
): Promise<string> {
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
    .wrap(Math.min(columns, 110))
    .exitProcess(false)
    .fail((message, error) => {
      // Errors of an option's own reading arrive wrapped, with their message kept.
      if (error?.name === 'YError') throw new UsageError(error.message);
      if (error) throw error;
      throw new UsageError(complaint(message.split('\n')[0] ?? '', parser, words, entry));
    });
  parser.command({
    command: entry.command.replace(entry.name, '$0'),
    describe: false,
    builder: (options) => builder(options).options(GLOBAL_OPTIONS),
    handler,
  });
  let said = '';
  await parser.parseAsync(words, {}, (_error, _args, output) => {
    said = output;
  });
  return said;
}

/** Long and short names of every option that yargs was told of. Not in its types; there since version 3. */
function optionNames(parser: Argv): string[] {
  const { key } = (parser as unknown as { getOptions(): { key: Record<string, boolean> } }).getOptions();
  return Object.keys(key);
}

/** yargs' own words made ours, with what was probably meant. */
function complaint(message: string, parser: Argv, argv: readonly string[], { name, command }: CommandEntry): string {
  const help = `see postern ${name} --help`;
  if (/^Not enough non-option arguments/.test(message))
    return `${name}: expected ${command.slice(name.length + 1)} (${help})`;
  const [, lacking] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
  if (lacking !== undefined) return `${lacking.length > 1 ? '--' : '-'}${lacking}: expected a value (${help})`;
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown === undefined) return `${message} (${help})`;
  const [first = ''] = unknown.split(', ');
  if (argv.includes(first)) return `${name}: '${first}' is one argument too many (${help})`;
  const meant = didYouMean(
    first,
    optionNames(parser).filter((option) => option.length > 1),
  );
  return `unknown option ${first.length > 1 ? '--' : '-'}${first}${meant.replace(/'(.+)'/, "'--$1'") || `, ${help}`}`;
}
