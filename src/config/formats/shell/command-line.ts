import { programOf } from '../../command/launchers.ts';
import type { Variable } from '../../deployment/declarations.ts';
import type { Value } from '../../deployment/value.ts';
import { ExpandedText } from '../../source/expanded-text.ts';
import { variables } from './processes.ts';
import type { RunCommand } from './run-command.ts';
import { Scope } from './scope.ts';
import { ScriptRun } from './script.ts';
import { isUtility } from './utilities.ts';

/** A program that a command line starts in the end, launchers and shells taken off. */
export interface StartedCommand {
  readonly argv: readonly Value[];
  /** What the line itself sets, in addition to what was set before. */
  readonly environment: readonly Variable[];
  readonly user: Value | null;
  /** Where `cd` of the line itself led. */
  readonly directory: string | undefined;
}

/** A line that a shell runs: `ExecStart=/bin/sh -c`, the shell form of `CMD`, `user_data`. */
export function startedByLine(line: ExpandedText, environment: readonly Variable[] = []): readonly StartedCommand[] {
  const place = { file: line.whole.file, offset: (inner: number) => line.offset(inner) };
  return serving(new ScriptRun().read(line.text, place, scopeOf(environment)).finish().commands);
}

/** A command that is already split into words: `ExecStart=`, `command: [...]`, the exec form of `CMD`. */
export function startedByWords(
  words: readonly Value[],
  environment: readonly Variable[] = [],
): readonly StartedCommand[] {
  const [first] = words;
  if (!first) return [];
  const last = words.at(-1) ?? first;
  const span = { file: first.span.file, start: first.span.start, end: Math.max(first.span.end, last.span.end) };
  return serving(new ScriptRun().words(words.map(ExpandedText.of), span, scopeOf(environment)).finish().commands);
}

function serving(commands: readonly RunCommand[]): readonly StartedCommand[] {
  return commands
    .filter(({ argv }) => !isUtility(programOf(argv[0]), argv))
    .map(({ argv, environment, user, directory }) => ({
      argv: argv.map((word) => word.value),
      environment: variables(environment),
      user: user?.value ?? null,
      directory: directory || undefined,
    }));
}

/** The variables of whatever surrounds a command. */
export function scopeOf(environment: readonly Variable[]): Scope {
  const scope = new Scope();
  for (const { name, value } of environment)
    scope.set(name, value.kind === 'unresolved' ? null : ExpandedText.of(value), true);
  return scope;
}
