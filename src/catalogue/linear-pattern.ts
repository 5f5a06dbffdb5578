import { RE2JS } from 're2js';

/*
 * Patterns run on bodies that a hostile peer wrote, so they run in linear time (RE2), never on the
 * backtracking engine. Compiled on first use: most patterns of the catalogue are not met in a run.
 */

export interface LinearPattern {
  test(text: string): boolean;
  /** The first group of the first match, or the whole match where there is no group; null without a match. */
  capture(text: string): string | null;
  /** The source; ajv tells patterns of a generated module apart by it. */
  toString(): string;
}

const cache = new Map<string, LinearPattern>();

export function linearPattern(source: string): LinearPattern {
  const known = cache.get(source);
  if (known) return known;
  let compiled: RE2JS | undefined;
  const pattern = (): RE2JS => {
    compiled ??= RE2JS.compile(source);
    return compiled;
  };
  const literal = literalOf(source);
  const made: LinearPattern = {
    test: literal ? testFor(literal) : (text) => pattern().matcher(text).find(),
    capture(text) {
      const matcher = pattern().matcher(text);
      if (!matcher.find()) return null;
      return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    },
    toString: () => source,
  };
  cache.set(source, made);
  return made;
}

interface Literal {
  readonly text: string;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** Patterns that say no more than that a text begins, ends, holds or is another: half of all, and most that are run. */
function literalOf(source: string): Literal | null {
  const parts = /^(\^?)((?:[^\\.+*?()|[\]{}^$]|\\[.+*?()|[\]{}^$/-])*)(\$?)$/.exec(source);
  if (!parts) return null;
  const [, start = '', text = '', end = ''] = parts;
  return { text: text.replace(/\\(.)/g, '$1'), atStart: start !== '', atEnd: end !== '' };
}

function testFor({ text, atStart, atEnd }: Literal): (subject: string) => boolean {
  if (atStart && atEnd) return (subject) => subject === text;
  if (atStart) return (subject) => subject.startsWith(text);
  return atEnd ? (subject) => subject.endsWith(text) : (subject) => subject.includes(text);
}

/** What is wrong with a pattern, or null. */
export function patternFault(source: string): string | null {
  try {
    RE2JS.compile(source);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
