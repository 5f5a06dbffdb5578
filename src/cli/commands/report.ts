import type { Command, CommandContext } from '../context.ts';
import type { ReportArguments } from '../run-report.ts';
import { FORMAT_OPTIONS } from './shared-options.ts';

/** `postern report FILE`: a saved result in any format, without network or catalogue. */
export function reportCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('file', {
          describe: 'a result that --output json=FILE wrote, - for standard input',
          type: 'string',
        })
        .options({
          ...FORMAT_OPTIONS,
          output: { ...FORMAT_OPTIONS.output, describe: 'write FORMAT=FILE instead; repeatable' },
          all: { boolean: true, describe: 'list endpoints of no known service one by one', group: 'Output:' },
        })
        .example('$0 report run.json --output sarif=run.sarif --output junit=run.xml', 'for code scanning and for CI'),
    handler: async (args) => {
      const { runReport } = await import('../run-report.ts');
      context.finish(await runReport(args as ReportArguments, context));
    },
  };
}
