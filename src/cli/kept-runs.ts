import { type Known, NOTHING_KNOWN, remember } from '../history/known.ts';
import { defaultStateDirectory, openRunStore, type RunStore } from '../history/store.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { readSavedResult } from '../report/saved-result.ts';
import type { System } from '../system/ports.ts';

/** A run that was kept, or why it cannot be read: one damaged file does not hide the others. */
export type KeptRun =
  | { readonly name: string; readonly status: 'ok'; readonly document: ResultDocument }
  | { readonly name: string; readonly status: 'failed'; readonly reason: string };

/** @param state the value of `--state`, if given. @throws UsageError where no directory is known. */
export function openState(state: string | undefined, system: System): RunStore {
  const directory = state ?? defaultStateDirectory(system.env);
  if (directory === null) throw new UsageError('--state DIR is needed: neither XDG_STATE_HOME nor HOME says where');
  return openRunStore(directory, system.files, () => system.host.random());
}

/** The last so many kept runs, oldest first. */
export async function keptRuns(store: RunStore, last = Number.POSITIVE_INFINITY): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  for (const name of (await store.names()).slice(-last)) runs.push(await keptRun(name, store));
  return runs;
}

async function keptRun(name: string, store: RunStore): Promise<KeptRun> {
  const read = await store.read(name);
  if (read.status === 'failed') return { name, ...read };
  try {
    return { name, status: 'ok', document: await readSavedResult(read.text, name) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { name, status: 'failed', reason: error.message.slice(name.length + 2) };
  }
}

/** The documents of those that can be read; a line on standard error for each of the others. */
export function readable(runs: readonly KeptRun[], system: System): ResultDocument[] {
  return runs.flatMap((run) => {
    if (run.status === 'ok') return [run.document];
    system.terminal.err(`postern: kept run ${run.name} is left out: ${run.reason}\n`);
    return [];
  });
}

export function knownFrom(documents: readonly ResultDocument[]): Known {
  return documents.reduce(remember, NOTHING_KNOWN);
}
