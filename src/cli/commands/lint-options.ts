import type { Options } from 'yargs';
import { LINT_DEFAULTS } from '../../audit/lint-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import { choice, many, once } from '../options.ts';

/** The options of `postern lint`. */
export const LINT_OPTIONS = {
  exclude: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'leave these out: patterns as in .gitignore',
    group: 'Files:',
  },
  gitignore: {
    boolean: true,
    defaultDescription: 'true',
    describe: 'leave out what .gitignore names',
    group: 'Files:',
  },
  'stdin-filename': {
    requiresArg: true,
    coerce: once('stdin-filename'),
    describe: 'what standard input is called: its format and its neighbours follow from it',
    group: 'Files:',
  },
  pedantic: { boolean: true, describe: 'hygiene too, not only what one would act on', group: 'Rules:' },
  ignores: {
    boolean: true,
    defaultDescription: 'true',
    describe: 'heed comments such as # postern: ignore[rule] reason',
    group: 'Rules:',
  },
  rules: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'directory with more rules',
    group: 'Rules:',
  },
  fix: {
    type: 'string',
    coerce: choice('fix', ['', 'safe', 'all'] as const),
    describe: 'mend what can be mended safely; --fix=all also what changes who is let in or what is trusted',
    group: 'Mending:',
  },
  diff: { boolean: true, describe: 'show what --fix would change, and change nothing', group: 'Mending:' },
  baseline: {
    requiresArg: true,
    coerce: once('baseline'),
    describe: 'set aside what this earlier result has',
    group: 'Mending:',
  },
  'write-baseline': {
    requiresArg: true,
    coerce: once('write-baseline'),
    describe: 'keep this result as a baseline',
    group: 'Mending:',
  },
  format: {
    requiresArg: true,
    coerce: choice('format', FORMATS),
    describe: `what to print: ${FORMATS.join(', ')}`,
    defaultDescription: 'table',
    group: 'Output:',
  },
  output: {
    alias: 'o',
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'also write FORMAT=FILE; repeatable',
    group: 'Output:',
  },
  all: { boolean: true, describe: 'what is below the threshold or set aside in full too', group: 'Output:' },
  'fail-on': {
    requiresArg: true,
    coerce: choice('fail-on', SEVERITIES),
    describe: `exit 1 from this severity on: ${SEVERITIES.join(', ')}`,
    defaultDescription: String(LINT_DEFAULTS.failOn),
    group: 'Output:',
  },
  strict: { boolean: true, describe: 'exit 3 when any file could not be read', group: 'Output:' },
} as const satisfies Readonly<Record<string, Options>>;
