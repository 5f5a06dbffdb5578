import { launchOf, shellLineAt } from '../command/launcher-table.ts';
import type { Variable } from '../deployment/declarations.ts';
import type { Value } from '../deployment/value.ts';
import { programName, splitLines, splitWords, tail } from './argument.ts';

/** A command line without what only starts it. */
export interface Unwrapped {
  /** The program first. */
  readonly argv: readonly Value[];
  /** `A=b` in front of it, or given to `env`. */
  readonly assignments: readonly Variable[];
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
/** Deeper nesting of shells and starters is not a command line anybody wrote. */
const MAX_DEPTH = 12;

/** Every command the line runs, in order: one, or several where a shell joins them. */
export function unwrapCommand(argv: readonly Value[]): readonly Unwrapped[] {
  return unwrap(argv, [], 0);
}

function unwrap(argv: readonly Value[], assigned: readonly Variable[], depth: number): readonly Unwrapped[] {
  const own = [...assigned];
  const at = takeAssignments(argv, 0, own);
  const rest = argv.slice(at);
  const [head] = rest;
  if (head === undefined || depth > MAX_DEPTH) return [];
  const name = programName(head.text);
  const words = rest.map(({ text }) => text);

  const script = rest[shellLineAt(name, words) ?? -1];
  if (script) return commandsIn(script).flatMap((command) => unwrap(command, own, depth + 1));
  const launch = launchOf(name, words);
  if (launch === null || launch.program === rest.length) return [{ argv: rest, assignments: own }];
  for (const index of launch.assignments) takeAssignments(rest.slice(index, index + 1), 0, own);
  const started = rest.slice(launch.program);
  const inner = unwrap(started, own, depth + 1);
  return inner.length > 0 ? inner : [{ argv: started, assignments: own }];
}

function takeAssignments(argv: readonly Value[], from: number, into: Variable[]): number {
  let at = from;
  for (; at < argv.length; at += 1) {
    const word = argv[at];
    const found = word && ASSIGNMENT.exec(word.text);
    if (!word || !found) break;
    into.push({ name: found[1] ?? '', value: tail(word, found[0].length) });
  }
  return at;
}

const JOINTS = new Set(['&&', '||', ';', '|', '&']);

/** A rough cut at what joins commands; a reader that parses the shell properly gives the commands one by one. */
function commandsIn(script: Value): readonly (readonly Value[])[] {
  return splitLines(script).flatMap(commandsOfLine);
}

function commandsOfLine(line: Value): readonly (readonly Value[])[] {
  const commands: Value[][] = [[]];
  for (const word of splitWords(line)) {
    if (JOINTS.has(word.text)) commands.push([]);
    else if (word.text.endsWith(';') && word.text.length > 1) {
      const text = word.text.slice(0, -1);
      commands
        .at(-1)
        ?.push({ ...word, text, span: { ...word.span, end: Math.max(word.span.start, word.span.end - 1) } });
      commands.push([]);
    } else commands.at(-1)?.push(word);
  }
  return commands.filter((command) => command.length > 0);
}
