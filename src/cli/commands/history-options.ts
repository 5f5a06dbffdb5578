import type { Options } from 'yargs';
import { once, wholeNumber } from '../options.ts';

/** Options of every command whose runs are kept and compared. */
export const HISTORY_OPTIONS = {
  save: { boolean: true, describe: 'keep this run for diff, history and --baseline last', group: 'History:' },
  state: {
    requiresArg: true,
    coerce: once('state'),
    describe: 'directory of kept runs',
    defaultDescription: '$XDG_STATE_HOME/postern',
    group: 'History:',
  },
  keep: {
    requiresArg: true,
    coerce: wholeNumber('keep', 1, 100_000),
    describe: 'with --save: remove the oldest of this command but for so many',
    defaultDescription: 'all are kept',
    group: 'History:',
  },
  baseline: {
    requiresArg: true,
    coerce: once('baseline'),
    describe: 'a saved result, or last: its findings are marked as known',
    group: 'History:',
  },
  'fail-on-new': {
    boolean: true,
    describe: 'with --baseline: findings that are known do not count for the exit code',
    group: 'History:',
  },
} as const satisfies Readonly<Record<string, Options>>;
