import { FORMATS } from '../../report/formats.ts';
import type { Command, CommandContext } from '../context.ts';
import { choice, many } from '../options.ts';
import type { ReportArguments } from '../run-report.ts';

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
          format: {
            requiresArg: true,
            coerce: choice('format', FORMATS),
            describe: `what to print: ${FORMATS.join(', ')}`,
            defaultDescription: 'table',
          },
          output: {
            alias: 'o',
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'write FORMAT=FILE instead; repeatable',
          },
          all: { boolean: true, describe: 'list endpoints of no known service one by one' },
        })
        .example('$0 report run.json --output sarif=run.sarif --output junit=run.xml', 'for code scanning and for CI'),
    handler: async (args) => {
      const { runReport } = await import('../run-report.ts');
      context.finish(await runReport(args as ReportArguments, context));
    },
  };
}
