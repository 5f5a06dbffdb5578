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
  const engine: Test = (text) => pattern().matcher(text).find();
  const literal = literalOf(source);
  const made: LinearPattern = {
    test: literal ? testFor(literal, engine) : engine,
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

type Test = (text: string) => boolean;

const ASCII = /^[\x20-\x7e\r\n\t]*$/;

interface Literal {
  readonly text: string;
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly anyCase: boolean;
}

/** Patterns that say no more than that a text begins, ends, holds or is another: half of all, and most that are run. */
function literalOf(source: string): Literal | null {
  const parts = /^(\(\?i\))?(\^?)((?:[^\\.+*?()|[\]{}^$]|\\[.+*?()|[\]{}^$/-])*)(\$?)$/.exec(source);
  if (!parts) return null;
  const [, fold, start = '', escaped = '', end = ''] = parts;
  const text = escaped.replace(/\\(.)/g, '$1');
  const anyCase = fold !== undefined;
  if (anyCase && !ASCII.test(text)) return null;
  return { text, atStart: start !== '', atEnd: end !== '', anyCase };
}

function testFor({ text, atStart, atEnd, anyCase }: Literal, engine: Test): Test {
  if (anyCase) {
    const test = testFor({ text: text.toLowerCase(), atStart, atEnd, anyCase: false }, engine);
    // Beyond ASCII letters have more than two forms: the Kelvin sign is a k (Unicode CaseFolding.txt).
    return (subject) => (ASCII.test(subject) ? test(subject.toLowerCase()) : engine(subject));
  }
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
