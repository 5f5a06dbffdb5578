import type { Argv, Options, PositionalOptions } from 'yargs';
import type { CommandEntry } from './command-table.ts';
import type { CommandContext } from './context.ts';

/** What a command says of itself to yargs: for completions, documentation and tests. */
export interface CommandShape {
  readonly entry: CommandEntry;
  readonly positionals: readonly { readonly name: string; readonly describe: string }[];
  /** By long name. */
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly { readonly command: string; readonly text: string }[];
}

/** A context that nothing runs in: builders only describe. */
const NOWHERE = {} as CommandContext;

/** Calls the command's builder with something that writes down what it is told. */
export async function shapeOf(entry: CommandEntry): Promise<CommandShape> {
  const positionals: { name: string; describe: string }[] = [];
  const options: Record<string, Options> = {};
  const examples: { command: string; text: string }[] = [];
  const scribe = {
    positional(name: string, { describe }: PositionalOptions) {
      positionals.push({ name, describe: String(describe ?? '') });
      return recorder;
    },
    option(name: string, option: Options) {
      options[name] = option;
      return recorder;
    },
    options(more: Readonly<Record<string, Options>>) {
      Object.assign(options, more);
      return recorder;
    },
    example(command: string, text: string) {
      examples.push({ command: command.replace('$0', 'postern'), text });
      return recorder;
    },
  };
  // Whatever else a builder asks of yargs (conflicts, checks) says nothing about its shape.
  const recorder = new Proxy(scribe, {
    get: (known, name) => known[name as keyof typeof scribe] ?? (() => recorder),
  }) as unknown as Argv;
  (await entry.load())(NOWHERE).builder(recorder);
  return { entry, positionals, options, examples };
}

/** The values an option may have, where they are few. */
export function valuesOf(option: Options): readonly string[] {
  const { values } = (option.coerce ?? {}) as { values?: readonly string[] };
  return values ?? [];
}

/** True when the option is followed by a value. */
export function takesValue(option: Options): boolean {
  return option.boolean !== true;
}

/** One-letter and other further names. */
export function aliasesOf({ alias }: Options): readonly string[] {
  return alias === undefined ? [] : [alias].flat();
}
