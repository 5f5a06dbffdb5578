import type { Command, CommandContext } from '../context.ts';
import type { MergeArguments } from '../run-merge.ts';
import { outcomeOptions } from './shared-options.ts';

export const MERGE_OPTIONS = outcomeOptions({
  all: 'list endpoints of no known service one by one',
  failOn: 'medium',
  strict: 'exit 3 when a shard is missing or anything could not be examined',
});

/** `postern merge FILE…`: the results of shards and sites as one. */
export function mergeCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('files', {
          describe: 'results that --output json=FILE wrote',
          type: 'string',
          array: true,
        })
        .options(MERGE_OPTIONS)
        .example('$0 merge shard-*.json --output json=whole.json', 'one result of a sweep on many machines'),
    handler: async (args) => {
      const { runMerge } = await import('../run-merge.ts');
      context.finish(await runMerge(args as unknown as MergeArguments, context));
    },
  };
}
