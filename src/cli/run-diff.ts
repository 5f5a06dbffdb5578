import { diffRuns } from '../history/diff.ts';
import type { DiffDocument } from '../model/diff.ts';
import type { ResultDocument } from '../model/result.ts';
import { UsageError } from '../model/trouble.ts';
import { diffJson } from '../report/diff/json.ts';
import { diffText } from '../report/diff/text.ts';
import { toView } from '../report/view.ts';
import type { System } from '../system/ports.ts';
import { DIFF_OPTIONS } from './commands/diff.ts';
import { type ConfigArguments, configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { keptRuns, knownFrom, openState, readable } from './kept-runs.ts';
import { openSavedResult } from './saved-file.ts';

export interface DiffArguments extends ConfigArguments {
  readonly old?: string;
  readonly new?: string;
  readonly state?: string;
  readonly format?: 'text' | 'json';
  readonly failOnNew?: boolean;
}

/** @throws UsageError */
export async function runDiff(given: DiffArguments, { system }: CommandContext): Promise<ExitCode> {
  const twoFiles = given.old !== undefined && given.new !== undefined;
  const args = twoFiles ? given : (await configured('diff', DIFF_OPTIONS, given, system)).args;
  const diff = await diffOf(args, system);
  const { columns, colour } = system.terminal;
  await system.terminal.out(args.format === 'json' ? diffJson(diff) : diffText(diff, { columns, colour, all: false }));
  return args.failOnNew === true && diff.findings.appeared.some(({ state }) => state === 'active') ? 1 : 0;
}

/** Two files; a file and the last kept run; or the last two kept runs of one command, with all that came before. */
async function diffOf(args: DiffArguments, system: System): Promise<DiffDocument> {
  if (args.old !== undefined && args.new !== undefined) {
    if (args.state !== undefined) throw new UsageError('--state: of no use with two files');
    return diffRuns(await open(args.old, system), await open(args.new, system));
  }
  const documents = readable(await keptRuns(openState(args.state, system)), system).map(sorted);
  const last = documents.at(-1);
  if (last === undefined)
    throw new UsageError('diff: no run has been kept; keep some with scan --save, or name two files');
  if (args.old !== undefined) return diffRuns(await open(args.old, system), last);
  const before = documents.slice(0, -1).filter(({ command }) => command === last.command);
  const old = before.at(-1);
  if (old === undefined) throw new UsageError('diff: only one run has been kept; there is nothing to compare it with');
  return diffRuns(old, last, knownFrom(before.slice(0, -1)));
}

async function open(path: string, system: System): Promise<ResultDocument> {
  return sorted(await openSavedResult(path, 'diff', system));
}

function sorted(document: ResultDocument): ResultDocument {
  return toView(document).document;
}
