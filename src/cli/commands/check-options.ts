import type { Options } from 'yargs';
import { CHECK_DEFAULTS } from '../../audit/check-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import { choice, duration, many, once, wholeNumber } from '../options.ts';
import { HISTORY_OPTIONS, NOTIFY_OPTIONS } from './history-options.ts';

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
  passive: {
    boolean: true,
    describe: 'GET, HEAD and OPTIONS only; no gate probes, no protocol hellos',
    group: 'Conduct:',
  },
  tls: {
    requiresArg: true,
    coerce: choice('tls', ['full', 'quick', 'off'] as const),
    describe: 'how closely TLS is inspected: full, quick, off',
    defaultDescription: 'quick',
    group: 'Conduct:',
  },
  ca: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'trust these authorities too: file or directory',
    group: 'Conduct:',
  },
  'max-requests': {
    requiresArg: true,
    coerce: wholeNumber('max-requests', 1, 1000),
    describe: 'requests to one endpoint at most',
    defaultDescription: String(CHECK_DEFAULTS.budget),
    group: 'Conduct:',
  },
  timeout: {
    requiresArg: true,
    coerce: duration('timeout', 10, 120_000),
    describe: 'longest wait for a connection',
    defaultDescription: '2s',
    group: 'Conduct:',
  },
  'response-timeout': {
    requiresArg: true,
    coerce: duration('response-timeout', 10, 600_000),
    describe: 'longest wait for a whole answer',
    defaultDescription: '8s',
    group: 'Conduct:',
  },
  'user-agent': {
    requiresArg: true,
    coerce: once('user-agent'),
    describe: 'what to call ourselves',
    group: 'Conduct:',
  },
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
  root: {
    requiresArg: true,
    coerce: once('root'),
    describe: "read etc, proc and var below this directory: a host's file system in a container, or an image",
    group: 'Conduct:',
  },
  format: {
    requiresArg: true,
    coerce: once('format'),
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
  all: { boolean: true, describe: 'list every listener, whatever it is', group: 'Output:' },
  'fail-on': {
    requiresArg: true,
    coerce: choice('fail-on', SEVERITIES),
    describe: `not ready from this severity on: ${SEVERITIES.join(', ')}`,
    defaultDescription: CHECK_DEFAULTS.failOn,
    group: 'Output:',
  },
  strict: { boolean: true, describe: 'exit 3 when anything could not be read or judged', group: 'Output:' },
  quiet: { alias: 'q', boolean: true, describe: 'no progress on standard error', group: 'Output:' },
  ...HISTORY_OPTIONS,
  ...NOTIFY_OPTIONS,
  rules: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'directory with more service files and rules (GET and HEAD only)',
    group: 'Rules:',
  },
} as const satisfies Readonly<Record<string, Options>>;
