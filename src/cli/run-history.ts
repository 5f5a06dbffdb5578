import { UsageError } from '../model/trouble.ts';
import { historyJson, historyText, type RunLine } from '../report/history.ts';
import { toView } from '../report/view.ts';
import { HISTORY_OPTIONS } from './commands/history.ts';
import { type ConfigArguments, configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { type KeptRun, keptRuns, openState } from './kept-runs.ts';

export interface HistoryListArguments extends ConfigArguments {
  readonly state?: string;
  readonly last?: number;
  readonly json?: boolean;
}

const MOST_LINES = 30;

/** @throws UsageError */
export async function runHistory(given: HistoryListArguments, { system }: CommandContext): Promise<ExitCode> {
  const { args } = await configured('history', HISTORY_OPTIONS, given, system);
  // A directory that somebody names is a claim that runs are there; the usual one may not have been made yet.
  if (args.state !== undefined && (await system.files.list(args.state)) === null)
    throw new UsageError(`--state: ${args.state}: no such directory`);
  const lines = (await keptRuns(openState(args.state, system), args.last ?? MOST_LINES)).map(lineOf);
  const { columns, colour } = system.terminal;
  await system.terminal.out(
    args.json === true ? historyJson(lines) : historyText(lines, { columns, colour, all: false }),
  );
  return 0;
}

function lineOf(run: KeptRun): RunLine {
  if (run.status === 'failed') return run;
  const { document, summary } = toView(run.document);
  return { name: run.name, status: 'ok', document, summary };
}
