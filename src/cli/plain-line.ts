import { UsageError } from '../model/trouble.ts';
import { aliasesOf, type CommandShape, takesValue } from './command-shape.ts';

/**
 * Reads a line that leaves no doubt: long names in full, `--name value` or `--name=value`, flags, letters on their own
 * (`-q`), and words. To load yargs and to tell it of every option takes longer than a whole lint of a file, so only the
 * other lines are read by it: help, letters in a row, quotes, and whatever is wrong, for which it has the words. The arguments are those that yargs would give.
 * Null: not such a line.
 */
export function readPlainLine(
  { entry, options }: Pick<CommandShape, 'entry' | 'options'>,
  words: readonly string[],
): Readonly<Record<string, unknown>> | null {
  const given = new Map<string, unknown[]>();
  const loose: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = inFull(words[at] ?? '', options);
    if (!word.startsWith('-')) {
      loose.push(word);
      continue;
    }
    const [, name = '', attached] = /^--([a-z][a-z-]*)(?:=(.+))?$/s.exec(word) ?? [];
    const option = options[name];
    if (option && takesValue(option)) {
      // A value that may be left out: which word is it?
      if (!option.requiresArg && attached === undefined) return null;
      if (attached === undefined) at += 1;
      const value = attached ?? words[at];
      if (!isPlain(value) || (given.has(name) && !option.array)) return null;
      given.set(name, [...(given.get(name) ?? []), value]);
    } else {
      const negated = option === undefined && name.startsWith('no-');
      const flag = negated ? name.slice('no-'.length) : name;
      const follows = /^(?:true|false)$/.test(words[at + 1] ?? '');
      if (options[flag]?.boolean !== true || attached !== undefined || follows || given.has(flag)) return null;
      given.set(flag, [!negated]);
    }
  }
  const positionals = loose.every(isPlain) ? placed(entry.command, loose) : null;
  const values = positionals && valuesOf(given, options);
  return values && { ...positionals, ...values };
}

/** `--quiet` for `-q`. */
function inFull(word: string, options: CommandShape['options']): string {
  if (!/^-[A-Za-z]$/.test(word)) return word;
  const named = Object.entries(options).find(([, option]) => aliasesOf(option).includes(word.slice(1)));
  return named === undefined ? word : `--${named[0]}`;
}

/** As the options read them; null where one of them refuses its value. */
function valuesOf(
  given: ReadonlyMap<string, readonly unknown[]>,
  options: CommandShape['options'],
): Readonly<Record<string, unknown>> | null {
  const read: Record<string, unknown> = {};
  try {
    for (const [name, values] of given) {
      const { array, coerce } = options[name] ?? {};
      const value: unknown = array ? values : values[0];
      read[camelCase(name)] = coerce ? coerce(value) : value;
    }
    return read;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** yargs takes quotes off, and takes what begins with a hyphen for an option. */
function isPlain(value: string | undefined): boolean {
  return value !== undefined && /^[^-"'`\s][^"'`]*$/.test(value);
}

/** Words by their names in `diff [old] [new]`; null where there are too few or too many. */
function placed(command: string, words: readonly string[]): Record<string, string | readonly string[]> | null {
  const left = [...words];
  const found: Record<string, string | readonly string[]> = {};
  for (const [, bracket, name = '', many] of command.matchAll(/([[<])(\w+)(\.\.)?[\]>]/g)) {
    if (bracket === '<' && left.length === 0) return null;
    if (left.length > 0) found[name] = many === undefined ? (left.shift() ?? '') : left.splice(0);
  }
  return left.length > 0 ? null : found;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
