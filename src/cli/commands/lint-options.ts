import type { Options } from 'yargs';
import { LINT_DEFAULTS } from '../../audit/lint-request.ts';
import { choice } from '../options.ts';
import { list, outcomeOptions, text } from './shared-options.ts';

/** The options of `postern lint`. */
export const LINT_OPTIONS = {
  exclude: list('leave these out: patterns as in .gitignore', 'Files:'),
  gitignore: {
    boolean: true,
    defaultDescription: 'true',
    describe: 'leave out what .gitignore names',
    group: 'Files:',
  },
  'stdin-filename': text(
    'stdin-filename',
    'what standard input is called: its format and its neighbours follow from it',
    'Files:',
  ),
  pedantic: { boolean: true, describe: 'hygiene too, not only what one would act on', group: 'Rules:' },
  ignores: {
    boolean: true,
    defaultDescription: 'true',
    describe: 'heed comments such as # postern: ignore[rule] reason',
    group: 'Rules:',
  },
  rules: list('directory with more rules', 'Rules:'),
  fix: {
    type: 'string',
    coerce: choice('fix', ['', 'safe', 'all'] as const),
    describe: 'mend what can be mended safely; --fix=all also what changes who is let in or what is trusted',
    group: 'Mending:',
  },
  diff: { boolean: true, describe: 'show what --fix would change, and change nothing', group: 'Mending:' },
  baseline: text('baseline', 'set aside what this earlier result has', 'Mending:'),
  'write-baseline': text('write-baseline', 'keep this result as a baseline', 'Mending:'),
  ...outcomeOptions({
    all: 'what is below the threshold or set aside in full too',
    failOn: String(LINT_DEFAULTS.failOn),
    strict: 'exit 3 when any file could not be read',
  }),
} as const satisfies Readonly<Record<string, Options>>;
