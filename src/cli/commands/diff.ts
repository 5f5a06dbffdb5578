import type { Options } from 'yargs';
import type { Command, CommandContext } from '../context.ts';
import { choice, once } from '../options.ts';
import type { DiffArguments } from '../run-diff.ts';

export const DIFF_FORMATS = ['text', 'json'] as const;

export const DIFF_OPTIONS = {
  state: { requiresArg: true, coerce: once('state'), describe: 'directory of kept runs' },
  format: {
    requiresArg: true,
    coerce: choice('format', DIFF_FORMATS),
    describe: 'text or json',
    defaultDescription: 'text',
  },
  'fail-on-new': { boolean: true, describe: 'exit 1 when a finding at or above its threshold appeared' },
} as const satisfies Readonly<Record<string, Options>>;

/** `postern diff [old] [new]`. */
export function diffCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('old', { describe: 'a saved result; the last kept run when only this is given', type: 'string' })
        .positional('new', { describe: 'a saved result; both are kept runs when neither is given', type: 'string' })
        .options(DIFF_OPTIONS)
        .example('$0 diff', 'the last two runs that scan --save kept')
        .example('$0 diff monday.json tuesday.json', 'two files'),
    handler: async (args) => {
      const { runDiff } = await import('../run-diff.ts');
      context.finish(await runDiff(args as DiffArguments, context));
    },
  };
}
