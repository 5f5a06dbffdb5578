import { directoryOf } from '../source/paths.ts';
import type { Publication } from './declarations.ts';
import type { RunningProcess } from './running.ts';
import { known } from './value.ts';

/** A tunnel or forwarder of the machine, and the port of the machine that it leads to. */
export interface Forwarder {
  readonly running: RunningProcess;
  readonly publication: Publication;
  /** Null: not said. */
  readonly port: string | null;
}

/** Programs of the machine that let others in to ports of the machine: `ngrok http 11434`, `ssh -R`, `netsh portproxy`. */
export function forwarders(running: readonly RunningProcess[]): readonly Forwarder[] {
  return running.flatMap((one) =>
    one.view !== null || one.process.network.kind !== 'host' || one.process.image !== null
      ? []
      : one.publications.map((publication) => ({
          running: one,
          publication,
          port: known(publication.targetPort) ?? null,
        })),
  );
}

/** Those that lead to this port of this process. What stands in another folder is another deployment. */
export function leadingTo(all: readonly Forwarder[], to: RunningProcess, port: string | null): readonly Publication[] {
  if (port === null) return [];
  const folder = directoryOf(to.process.span.file);
  return all
    .filter((one) => one.port === port && directoryOf(one.running.process.span.file) === folder)
    .map(({ publication }) => publication);
}
