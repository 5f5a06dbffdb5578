import type { Options } from 'yargs';
import { choice, wholeNumber } from '../options.ts';
import { text } from './shared-options.ts';

/** Options of every command whose runs are kept and compared. */
export const HISTORY_OPTIONS = {
  save: { boolean: true, describe: 'keep this run for diff, history and --baseline last', group: 'History:' },
  state: text('state', 'directory of kept runs', 'History:', '$XDG_STATE_HOME/postern'),
  keep: {
    requiresArg: true,
    coerce: wholeNumber('keep', 1, 100_000),
    describe: 'with --save: remove the oldest of this command but for so many',
    defaultDescription: 'all are kept',
    group: 'History:',
  },
  baseline: text('baseline', 'a saved result, or last: its findings are marked as known', 'History:'),
  'fail-on-new': {
    boolean: true,
    describe: 'with --baseline: findings that are known do not count for the exit code',
    group: 'History:',
  },
} as const satisfies Readonly<Record<string, Options>>;

/** Options of every command that can tell somebody what changed between its runs. */
export const NOTIFY_OPTIONS = {
  notify: text('notify', 'with --save or --baseline: post what is new to this URL', 'History:'),
  'notify-format': {
    requiresArg: true,
    coerce: choice('notify-format', ['json', 'slack'] as const),
    describe: 'json, or slack for its incoming webhooks',
    defaultDescription: 'json',
    group: 'History:',
  },
  'notify-on': {
    requiresArg: true,
    coerce: choice('notify-on', ['new', 'always'] as const),
    describe: 'new: when something at or above the threshold appeared or became worse; always: each run',
    defaultDescription: 'new',
    group: 'History:',
  },
  'notify-secret-env': text(
    'notify-secret-env',
    'environment variable with the secret that signs it (HMAC-SHA256)',
    'History:',
  ),
} as const satisfies Readonly<Record<string, Options>>;
