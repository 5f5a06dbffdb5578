import { groupBy } from '../../model/group-by.ts';
import { programName } from '../services/argument.ts';
import { unwrapCommand } from '../services/unwrap.ts';
import { changedDirectory, directoryOf, resolveFrom, resolveIn } from '../source/paths.ts';
import { isStage } from './built.ts';
import type { DeclaredProcess, Variable } from './declarations.ts';
import { known, type Value } from './value.ts';

/**
 * Containers that start a script of the tree run what that script runs, and where only they start it nothing of it runs
 * on the machine itself. `served`: the service that a process is a server of. A script may start servers of several;
 * where it starts one of them in several ways, the last counts.
 */
export function throughEntryScripts(
  processes: readonly DeclaredProcess[],
  served: (process: DeclaredProcess) => string | null,
): readonly DeclaredProcess[] {
  const byFile = groupBy(processes, ({ span }) => span.file);
  const inside = new Set<string>();
  const followed = processes.flatMap((process) => {
    const file = entryScript(process).find((path) => path !== process.span.file && byFile.has(path));
    const servers = new Map((byFile.get(file ?? '') ?? []).map((started) => [served(started), started]));
    servers.delete(null);
    const [main, ...others] = [...servers.values()].reverse();
    if (file === undefined || !main) return process;
    inside.add(file);
    return [withScript(process, main), ...others.map((other) => beside(process, other))];
  });
  return inside.size === 0 ? processes : followed.filter(({ span }) => !inside.has(span.file));
}

/** Another server in the same container: what is published of the container leads to it as well. */
function beside(process: DeclaredProcess, started: DeclaredProcess): DeclaredProcess {
  return {
    ...withScript(process, started),
    id: `${process.id}#${started.id}`,
    network: { kind: 'shared', with: process.id },
  };
}

function withScript(process: DeclaredProcess, started: DeclaredProcess): DeclaredProcess {
  // `${PORT:-8000}` gives way to what the container is given; what the script sets comes after that.
  const byDefault = started.environment.filter(({ value }) => value.kind === 'default');
  const set = started.environment.filter(({ value }) => value.kind !== 'default');
  return {
    ...process,
    argv: started.argv?.map((word) => asGiven(word, process.environment)) ?? null,
    args: null,
    environment: distinct([...byDefault, ...process.environment, ...set]),
    unseenEnvironment: [...process.unseenEnvironment, ...started.unseenEnvironment],
    directory: started.directory ?? process.directory,
  };
}

/** `${PORT:-8000}` of the script is what the container is given. */
function asGiven(word: Value, environment: readonly Variable[]): Value {
  const given = environment.findLast(({ name }) => name === word.instead)?.value;
  return given && known(given) !== '' ? given : word;
}

function distinct(variables: readonly Variable[]): readonly Variable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}

/** Where in the tree the script may lie that a container starts: copied or mounted there, or in the context it is built from. */
function entryScript(process: DeclaredProcess): readonly string[] {
  const { argv, args, build, mounts, network, span } = process;
  if (network.kind !== 'own') return [];
  const words = unwrapCommand(argv ?? args ?? [])
    .at(-1)
    ?.argv.map(known);
  const script = words?.find((word) => word !== undefined && !SHELL.test(programName(word)));
  if (!script || !/(?:\.(?:ba)?sh|entrypoint)$/.test(script)) return [];
  const directory = process.directory ?? '';
  const path = changedDirectory(directory, script);
  const given = mounts.flatMap(({ source, target }) => {
    const [from, to] = [known(source), known(target)];
    if (from === undefined || to === undefined) return [];
    const at = changedDirectory(directory, to);
    if (path !== at && !path.startsWith(`${at}/`)) return [];
    return (
      resolveFrom(span.file, `${isStage(process) ? from.replace(/^\/+/, '') : from}${path.slice(at.length)}`) ?? []
    );
  });
  // `COPY . .`: the context lies where the image is started.
  const context = isStage(process) ? directoryOf(span.file) : resolveFrom(span.file, known(build?.context) ?? '');
  const below = path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path.replace(/^\/+/, '');
  return [...given, ...(context === null ? [] : [resolveIn(context, below) ?? []].flat())];
}

const SHELL = /^(?:(?:ba|da|a|z)?sh|tini|dumb-init|-.*)$/;
