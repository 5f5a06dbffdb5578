import { aliasesOf, shapeOf, takesValue, valuesOf } from '../command-shape.ts';
import { COMMANDS } from '../command-table.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';

/** What a shell can offer, whatever the shell. */
export interface CompletedCommand {
  readonly name: string;
  readonly describe: string;
  readonly options: readonly CompletedOption[];
  /** Words for the first argument; empty: files. */
  readonly arguments: readonly string[];
}

export interface CompletedOption {
  readonly long: string;
  readonly short: readonly string[];
  readonly describe: string;
  readonly takesValue: boolean;
  /** Empty: anything, files are offered. */
  readonly values: readonly string[];
}

const HELP: CompletedOption = { long: 'help', short: ['h'], describe: 'show help', takesValue: false, values: [] };

/** Commands whose first argument is one of a few words. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  rules: ['list', 'show', 'validate', 'requests'],
  completion: ['bash', 'zsh', 'fish'],
};

export async function completedCommands(): Promise<CompletedCommand[]> {
  const shapes = await Promise.all(COMMANDS.map(shapeOf));
  return shapes.map(({ entry: { name, describe }, options }) => ({
    name,
    describe,
    options: [
      ...Object.entries({ ...options, ...GLOBAL_OPTIONS }).map(
        ([long, option]): CompletedOption => ({
          long,
          short: aliasesOf(option).filter((alias) => alias.length === 1),
          describe: String(option.describe ?? ''),
          takesValue: takesValue(option),
          values: valuesOf(option),
        }),
      ),
      HELP,
    ],
    arguments: ARGUMENTS[name] ?? [],
  }));
}
