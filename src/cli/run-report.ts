import type { CommandContext, ExitCode } from './context.ts';
import { openOutputs } from './outputs.ts';
import { openSavedResult } from './saved-file.ts';

export interface ReportArguments {
  readonly file: string;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly all?: boolean;
}

/** Exit 0 when everything asked for was written: what the result says was that run's exit code. @throws UsageError */
export async function runReport(args: ReportArguments, { system }: CommandContext): Promise<ExitCode> {
  const outputs = await openOutputs(args, system);
  // yargs makes an empty text of a positional `-`.
  const document = await openSavedResult(args.file === '' ? '-' : args.file, 'report', system);
  const onlyFiles = args.format === undefined && (args.output ?? []).length > 0;
  const written = onlyFiles ? await outputs.writeFiles(document) : await outputs.write(document);
  return written ? 0 : 2;
}
