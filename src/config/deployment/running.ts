import type { Deployable } from '../../model/deploy.ts';
import { groupBy } from '../../model/group-by.ts';
import { type EvaluatedProcess, evaluate, type ServiceView } from '../services/evaluate.ts';
import { type Recognition, recognise } from '../services/recognise.ts';
import { directoryOf } from '../source/paths.ts';
import { stagesByFile, withBuild } from './built.ts';
import { configured } from './configured.ts';
import type { Declarations, DeclaredProcess, Publication } from './declarations.ts';
import { throughEntryScripts } from './entry-scripts.ts';
import { guess } from './guess.ts';
import { statedService, withStated } from './stated.ts';
import { toldToListen } from './told-to-listen.ts';
import { known } from './value.ts';

/** A declared process with what the catalogue knows of it. */
export interface RunningProcess {
  readonly process: DeclaredProcess;
  readonly recognition: Recognition | null;
  /** Null: no known service. */
  readonly view: ServiceView | null;
  readonly publications: readonly Publication[];
}

/** Everything that is declared, each process once however many files led to it. */
export function runningProcesses(all: Declarations, services: readonly Deployable[]): readonly RunningProcess[] {
  const published = groupBy(distinctPublications(all.publications), ({ process }) => process);
  const declared = distinctProcesses(all.processes);
  const stages = stagesByFile(declared);
  const recognised = (process: DeclaredProcess, ports: readonly number[] = []) =>
    recognise({ ...process, ports, near: near(process) }, services);
  const built = throughEntryScripts(
    declared.map((process) => withBuild(process, stages)),
    (process) => {
      const found = recognised(process);
      return found?.serves ? found.service.id : null;
    },
  );
  const settings = configured(all.settings, built);
  const read = new Set([...settings.values()].flatMap((one) => one.read));
  // What a settings file is the program of is known better where a process reads it.
  const processes = built.filter(({ network, span }) => network.kind !== 'unresolved' || !read.has(span.file));
  return processes.map((declaredSo) => {
    const publications = published.get(declaredSo.id) ?? [];
    const ports = targetPorts(publications);
    const sure = recognised(declaredSo, ports);
    const process = sure ? declaredSo : toldToListen(declaredSo);
    const recognition = sure ?? statedService(process, services) ?? guess(process, ports, services);
    const config = settings.get(process.id) ?? { config: [], unseenConfig: [], read: [] };
    const evaluated = recognition === null ? null : evaluate(recognition, process satisfies EvaluatedProcess, config);
    const contained = process.image !== null || process.build !== null || process.network.kind === 'own';
    const view = evaluated && withStated(evaluated, process.listeners, contained);
    return { process, recognition, view, publications };
  });
}

/** A file and its override, or two files that include a third, lead to the same process. */
function distinctProcesses(processes: readonly DeclaredProcess[]): readonly DeclaredProcess[] {
  return [...new Map(processes.map((process) => [process.id, process])).values()];
}

function distinctPublications(publications: readonly Publication[]): readonly Publication[] {
  return [
    ...new Map(
      publications.map((one) => [`${one.process}\n${one.kind}\n${one.span.file}\n${one.span.start}`, one]),
    ).values(),
  ];
}

function targetPorts(publications: readonly Publication[]): readonly number[] {
  return publications.flatMap(({ targetPort }) => {
    const port = Number(known(targetPort));
    return Number.isInteger(port) && port > 0 ? [port] : [];
  });
}

/** Names of folders that belong to it. */
function near({ build, directory, span }: DeclaredProcess): readonly string[] {
  const named = [known(build?.context), directory].filter((name) => name !== undefined);
  return [...named, directoryOf(span.file)].filter((name) => name !== '.');
}
