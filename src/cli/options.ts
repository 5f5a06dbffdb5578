import { didYouMean } from '../model/nearest.ts';
import { UsageError } from '../model/trouble.ts';

/** yargs gives an array when an option is repeated; these may be given once. */
export function once(name: string) {
  return (value: unknown): string | undefined => {
    if (Array.isArray(value)) throw new UsageError(`--${name} was given ${value.length} times; once is enough`);
    return value === undefined ? undefined : String(value);
  };
}

/** A whole number within bounds. */
export function wholeNumber(name: string, min: number, max: number) {
  return (value: unknown): number | undefined => {
    const text = once(name)(value);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new UsageError(`--${name} ${text}: expected a whole number from ${min} to ${max}`);
    return number;
  };
}

const DURATION_UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, m: 60_000 };

/** `500ms`, `2s`, `1m`; a bare number is milliseconds. Result in milliseconds. */
export function duration(name: string, minMs: number, maxMs: number) {
  return (value: unknown): number | undefined => {
    const text = once(name)(value);
    if (text === undefined) return undefined;
    const parts = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
    const ms = parts ? Number(parts[1]) * (DURATION_UNITS[parts[2] ?? ''] ?? 1) : Number.NaN;
    if (!(ms >= minMs && ms <= maxMs))
      throw new UsageError(
        `--${name} ${text}: expected a duration such as 500ms or 2s, from ${minMs}ms to ${maxMs / 1000}s`,
      );
    return ms;
  };
}

/** One of a list. */
export function choice<T extends string>(name: string, values: readonly T[]) {
  const read = (value: unknown): T | undefined => {
    const text = once(name)(value);
    if (text === undefined) return undefined;
    const known = values.find((candidate) => candidate === text);
    if (known === undefined)
      throw new UsageError(
        `--${name} ${text}: expected one of ${values.filter(Boolean).join(', ')}${didYouMean(text, values)}`,
      );
    return known;
  };
  // For completions and documentation.
  return Object.assign(read, { values });
}

/** A repeatable option with values from a list. */
export function manyOf<T extends string>(name: string, values: readonly T[]) {
  const one = choice(name, values);
  return Object.assign((value: unknown): T[] => many(value).flatMap((item) => one(item) ?? []), { values });
}

/** A repeatable option; commas separate too. */
export function many(value: unknown): string[] {
  return [value ?? []]
    .flat()
    .flatMap((item) => String(item).split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** What can stand in a header: bytes without line breaks (RFC 9110 §5.5). Anything else could not be sent at all. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The value of one header, such as what a program calls itself. */
export function headerValue(name: string) {
  return (value: unknown): string | undefined => {
    const text = once(name)(value);
    if (text !== undefined && !HEADER_VALUE.test(text))
      throw new UsageError(`--${name}: expected one line of Latin letters, as a header takes it`);
    return text;
  };
}

/** `Name: value` lines as a header map with names in lower case. */
export function headers(value: unknown): Record<string, string> {
  const entries = [value ?? []].flat().map((item) => {
    const text = String(item);
    const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(text);
    if (!parts || !HEADER_VALUE.test(text))
      throw new UsageError(`--header: expected 'Name: value', not '${text.split(/[\r\n]/)[0]}'`);
    return [(parts[1] ?? '').toLowerCase(), parts[2] ?? ''] as const;
  });
  return Object.fromEntries(entries);
}
