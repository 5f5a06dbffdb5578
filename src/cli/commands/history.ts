import type { Options } from 'yargs';
import type { Command, CommandContext } from '../context.ts';
import { once, wholeNumber } from '../options.ts';
import type { HistoryListArguments } from '../run-history.ts';

export const HISTORY_OPTIONS = {
  state: { requiresArg: true, coerce: once('state'), describe: 'directory of kept runs' },
  last: {
    requiresArg: true,
    coerce: wholeNumber('last', 1, 100_000),
    describe: 'only so many of the last runs',
    defaultDescription: '30',
  },
  json: { boolean: true, describe: 'print JSON' },
} as const satisfies Readonly<Record<string, Options>>;

/** `postern history`. */
export function historyCommand(context: CommandContext): Command {
  return {
    builder: (yargs) => yargs.options(HISTORY_OPTIONS).example('$0 scan --local --save && $0 history', ''),
    handler: async (args) => {
      const { runHistory } = await import('../run-history.ts');
      context.finish(await runHistory(args as HistoryListArguments, context));
    },
  };
}
