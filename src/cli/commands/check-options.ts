import type { Options } from 'yargs';
import { CHECK_DEFAULTS } from '../../audit/check-request.ts';
import { once, wholeNumber } from '../options.ts';
import { HISTORY_OPTIONS, NOTIFY_OPTIONS } from './history-options.ts';
import {
  list,
  MORE_SERVICES,
  outcomeOptions,
  PROBE_OPTIONS,
  QUIET_OPTION,
  text,
  userAgent,
  waitOptions,
} from './shared-options.ts';

/** The options of `postern check`; what the configuration file says goes through the same readings. */
export const CHECK_OPTIONS = {
  // yargs turns --no-probe into this being false.
  probe: {
    boolean: true,
    describe: 'ask what listens what it is; --no-probe reads this machine only',
    group: 'Conduct:',
  },
  ports: {
    alias: 'p',
    requiresArg: true,
    coerce: once('ports'),
    describe: 'ask listeners on these ports only: 11434,8000-8100,@llm',
    group: 'Conduct:',
  },
  ...PROBE_OPTIONS,
  ca: list('trust these authorities too: file or directory', 'Conduct:'),
  'max-requests': {
    requiresArg: true,
    coerce: wholeNumber('max-requests', 1, 1000),
    describe: 'requests to one endpoint at most',
    defaultDescription: String(CHECK_DEFAULTS.budget),
    group: 'Conduct:',
  },
  ...waitOptions('2s', '8s'),
  'user-agent': userAgent('what to call ourselves'),
  expect: {
    boolean: true,
    describe: "hold this host against the policy under 'expect' of the configuration file",
    group: 'Conduct:',
  },
  fix: {
    boolean: true,
    describe: 'take access to key files away from everybody, after showing it; nothing else is changed',
    group: 'Conduct:',
  },
  'dry-run': { boolean: true, describe: 'with --fix: show what it would do', group: 'Conduct:' },
  root: text(
    'root',
    "read etc, proc and var below this directory: a host's file system in a container, or an image",
    'Conduct:',
  ),
  ...outcomeOptions({
    all: 'list every listener, whatever it is',
    failOn: CHECK_DEFAULTS.failOn,
    failing: 'not ready',
    strict: 'exit 3 when anything could not be read or judged',
  }),
  ...HISTORY_OPTIONS,
  ...NOTIFY_OPTIONS,
  ...QUIET_OPTION,
  rules: list(MORE_SERVICES, 'Rules:'),
} as const satisfies Readonly<Record<string, Options>>;
