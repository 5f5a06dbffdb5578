import type { Options } from 'yargs';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import type { Command, CommandContext } from '../context.ts';
import { choice, many } from '../options.ts';
import type { MergeArguments } from '../run-merge.ts';

export const MERGE_OPTIONS = {
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
    describe: 'also write FORMAT=FILE; repeatable',
  },
  all: { boolean: true, describe: 'list endpoints of no known service one by one' },
  'fail-on': {
    requiresArg: true,
    coerce: choice('fail-on', SEVERITIES),
    describe: `exit 1 from this severity on: ${SEVERITIES.join(', ')}`,
    defaultDescription: 'medium',
  },
  strict: { boolean: true, describe: 'exit 3 when a shard is missing or anything could not be examined' },
} as const satisfies Readonly<Record<string, Options>>;

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
