import { diffKnown, referenceTo } from '../history/diff.ts';
import { doorsToWatch, type Known, NOTHING_KNOWN, remember, withFirstSeen } from '../history/known.ts';
import type { RunStore } from '../history/store.ts';
import { againstBaseline } from '../judge/baseline.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import type { News } from '../report/notification/message.ts';
import { toView } from '../report/view.ts';
import type { System } from '../system/ports.ts';
import { keptRuns, knownFrom, openState, readable } from './kept-runs.ts';
import { openSavedResult } from './saved-file.ts';

/** The options of a run that is kept or compared. */
export interface HistoryArguments {
  readonly save?: boolean;
  readonly state?: string;
  readonly keep?: number;
  readonly baseline?: string;
  readonly failOnNew?: boolean;
}

export interface ScanHistory {
  /** Doors of earlier runs; undefined when there is nothing to compare with. */
  readonly watch: ReadonlySet<string> | undefined;
  /** The result with what is known about its findings. */
  compared(document: ResultDocument): ResultDocument;
  /** What is new against earlier runs or the baseline; null where nothing is kept or compared. */
  news(document: ResultDocument): News | null;
  /** Keeps the run if that was asked for. What goes wrong is said, and changes nothing else. */
  keep(document: ResultDocument): Promise<void>;
}

/** Reads what there is to compare with, before anything is dialled. @throws UsageError */
export async function openScanHistory(args: HistoryArguments, system: System): Promise<ScanHistory> {
  const { save = false, state, keep, baseline, failOnNew = false } = args;
  const fromStore = save || baseline === 'last';
  if (failOnNew && baseline === undefined)
    throw new UsageError('--fail-on-new: needs --baseline FILE or --baseline last');
  if (state !== undefined && !fromStore) throw new UsageError('--state: of no use without --save or --baseline last');
  if (keep !== undefined && !save) throw new UsageError('--keep: of no use without --save');

  const store = fromStore ? openState(state, system) : null;
  if (save && store) await prepare(store);
  const runs = store === null ? [] : readable(await keptRuns(store), system);
  const kept = knownFrom(runs);
  const base = await openBaseline(baseline, kept, system);
  const known = base === null ? kept : base;
  const compare = fromStore || base !== null;
  return {
    watch: compare ? new Set([...doorsToWatch(kept), ...doorsToWatch(known)]) : undefined,
    compared(document) {
      if (!compare) return document;
      const dated = withFirstSeen(document, store === null ? known : kept);
      return base === null ? dated : againstBaseline(dated, severities(base));
    },
    news(document) {
      if (!compare) return null;
      const last = runs.filter(({ command }) => command === document.command).at(-1);
      const old = last === undefined ? null : referenceTo(last);
      return { old, ...diffKnown(store === null ? known : kept, toView(document).document) };
    },
    async keep(document) {
      if (store === null || !save) return;
      await keepRun(document, store, keep, system);
    },
  };
}

/** `null` when none was asked for. */
async function openBaseline(baseline: string | undefined, kept: Known, system: System): Promise<Known | null> {
  if (baseline === undefined) return null;
  if (baseline === 'last') return kept;
  return remember(NOTHING_KNOWN, await openSavedResult(baseline, '--baseline', system));
}

function severities({ findings }: Known) {
  return new Map([...findings].map(([fingerprint, { finding }]) => [fingerprint, finding.severity]));
}

async function prepare(store: RunStore): Promise<void> {
  try {
    await store.prepare();
  } catch (error) {
    throw new UsageError(`--save: ${store.directory} cannot be used (${codeOf(error)})`);
  }
}

async function keepRun(
  document: ResultDocument,
  store: RunStore,
  keep: number | undefined,
  system: System,
): Promise<void> {
  try {
    const { jsonPieces } = await import('../report/json.ts');
    await store.save(document, jsonPieces(toView(document)));
    if (keep !== undefined) await store.prune(document.command, keep);
  } catch (error) {
    system.terminal.err(`postern: --save: the run could not be kept in ${store.directory} (${codeOf(error)})\n`);
  }
}

/** @throws what is no error of the file system. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code;
}
