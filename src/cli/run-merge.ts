import { mergeResults } from '../audit/merge.ts';
import { openCatalogue } from '../catalogue/builtin.ts';
import type { Severity } from '../model/rule.ts';
import { MERGE_OPTIONS } from './commands/merge.ts';
import { type ConfigArguments, configured } from './configured.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { openOutputs } from './outputs.ts';
import { openSavedResult } from './saved-file.ts';
import { verdict } from './verdict.ts';

export interface MergeArguments extends ConfigArguments {
  readonly files: readonly string[];
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly strict?: boolean;
}

/** Runs `postern merge` and resolves to the exit code that one run over everything would have had. @throws UsageError */
export async function runMerge(given: MergeArguments, { system }: CommandContext): Promise<ExitCode> {
  const { args } = await configured('merge', MERGE_OPTIONS, given, system);
  const outputs = await openOutputs(args, system);
  const documents = [];
  // One after the other: a shard of a wide sweep can be large.
  for (const file of args.files) documents.push(await openSavedResult(file, 'merge', system));
  const failOn = args.failOn ?? 'medium';
  const document = mergeResults(documents, await openCatalogue(), failOn);
  if (!(await outputs.write(document))) return 2;
  return verdict(document, { strict: args.strict === true, onlyNew: false, failOn });
}
