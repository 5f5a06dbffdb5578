import { groupBy } from '../../model/group-by.ts';
import { isDockerfile, resolveFrom, resolveIn } from '../source/paths.ts';
import type { DeclaredProcess, Mount, Variable } from './declarations.ts';
import { known } from './value.ts';

/** A process that is built here, with what its Dockerfile says below what starts it says. */
export function withBuild(
  process: DeclaredProcess,
  all: ReadonlyMap<string, readonly DeclaredProcess[]>,
): DeclaredProcess {
  const stage = stageOf(process, all);
  if (!stage) return process;
  const overridden = new Set(process.environment.map(({ name }) => name));
  const below: readonly Variable[] = stage.environment.filter(({ name }) => !overridden.has(name));
  return {
    ...process,
    image: stage.image,
    argv: process.argv ?? (stage.argv && process.args ? [...stage.argv, ...process.args] : stage.argv),
    args: process.argv ? null : stage.argv ? null : (process.args ?? stage.args),
    environment: [...below, ...process.environment],
    listeners: [...process.listeners, ...stage.listeners],
    directory: process.directory ?? stage.directory,
    mounts: [...process.mounts, ...stage.mounts.flatMap((copied) => fromContext(copied, process))],
  };
}

/** What a Dockerfile copies is named from the build's context; a mount is, from where the process is declared. */
function fromContext(copied: Mount, { build, span }: DeclaredProcess): readonly Mount[] {
  const context = known(build?.context);
  const path = known(copied.source);
  const inside = context === undefined || path === undefined ? null : resolveIn(context, path.replace(/^\/+/, ''));
  return inside === null || resolveFrom(span.file, inside) === null
    ? []
    : [{ ...copied, source: { ...copied.source, text: `./${inside}` } }];
}

/** The stage of its Dockerfile that is built: the one named, or the last. */
function stageOf(
  { build, span }: DeclaredProcess,
  all: ReadonlyMap<string, readonly DeclaredProcess[]>,
): DeclaredProcess | null {
  const context = known(build?.context);
  if (!build || context === undefined) return null;
  const directory = resolveFrom(span.file, context);
  const path = directory === null ? null : resolveIn(directory, known(build.dockerfile) ?? 'Dockerfile');
  const stages = path === null ? [] : (all.get(path) ?? []);
  const target = known(build.target);
  return (target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target)) ?? null;
}

/** A stage of a Dockerfile: nobody starts it as it is, and whoever runs the image decides who reaches it. */
export function isStage({ span }: DeclaredProcess): boolean {
  return isDockerfile(span.file);
}

/** Processes by the file they stand in, for the files that are built from. */
export function stagesByFile(processes: readonly DeclaredProcess[]): ReadonlyMap<string, readonly DeclaredProcess[]> {
  return groupBy(processes.filter(isStage), ({ span }) => span.file);
}
