import type { Options } from 'yargs';
import { SCAN_DEFAULTS } from '../../audit/scan-request.ts';
import { ENGINES } from '../../system/ports.ts';
import { choice, duration, headers, many, once, wholeNumber } from '../options.ts';
import { HISTORY_OPTIONS, NOTIFY_OPTIONS } from './history-options.ts';
import {
  list,
  MORE_SERVICES,
  outcomeOptions,
  PROBE_OPTIONS,
  QUIET_OPTION,
  reachOption,
  text,
  userAgent,
  waitOptions,
} from './shared-options.ts';

/** The options of `postern scan`; what the configuration file says goes through the same readings. */
export const SCAN_OPTIONS = {
  // Not `array`: yargs would take the lone dash of `-f -` for an option.
  file: {
    alias: 'f',
    string: true,
    requiresArg: true,
    coerce: many,
    describe: 'read targets from a file, - for standard input (lines, nmap XML, masscan, naabu, httpx)',
    group: 'Targets:',
  },
  local: { boolean: true, describe: "add this machine's own networks", group: 'Targets:' },
  ports: {
    alias: 'p',
    requiresArg: true,
    coerce: once('ports'),
    describe: 'ports, ranges and groups: 11434,8000-8100,@llm,@vector,@all',
    group: 'Targets:',
  },
  exclude: list('never touch these, also inside a CIDR', 'Targets:'),
  'exclude-file': {
    string: true,
    requiresArg: true,
    coerce: many,
    describe: 'read exclusions from a file',
    group: 'Targets:',
  },
  'allow-public': list('public range that may be scanned (at most a /16 each)', 'Targets:'),
  sni: list('also ask every endpoint for these host names', 'Targets:'),
  'base-path': list('also look for services below these paths', 'Targets:'),
  shard: text('shard', 'take one of N equal parts of the targets: 3/8; job/8 reads JOB_COMPLETION_INDEX', 'Targets:'),
  site: text('site', 'label everything found with where this run looks from', 'Targets:'),
  ...reachOption('Targets:'),

  plan: { boolean: true, describe: 'print what would be done, and stop', group: 'Conduct:' },
  ...PROBE_OPTIONS,
  ca: list('trust these authorities too: file or directory, CIDR=file for some addresses only', 'Conduct:'),
  'max-requests': {
    requiresArg: true,
    coerce: wholeNumber('max-requests', 1, 1000),
    describe: 'requests to one endpoint at most',
    defaultDescription: String(SCAN_DEFAULTS.budget),
    group: 'Conduct:',
  },
  rate: {
    requiresArg: true,
    coerce: wholeNumber('rate', 0, 1_000_000),
    describe: 'new sweep connections a second, 0: no limit',
    defaultDescription: '0',
    group: 'Conduct:',
  },
  engine: {
    requiresArg: true,
    coerce: choice('engine', ENGINES),
    describe: `how to sweep: ${ENGINES.join(', ')}`,
    defaultDescription: SCAN_DEFAULTS.engine,
    group: 'Conduct:',
  },
  parallel: {
    requiresArg: true,
    coerce: wholeNumber('parallel', 1, 60_000),
    describe: 'sweep connections at once',
    defaultDescription: String(SCAN_DEFAULTS.parallel),
    group: 'Conduct:',
  },
  'per-host': {
    requiresArg: true,
    coerce: wholeNumber('per-host', 1, 10_000),
    describe: 'sweep connections to one address at once',
    defaultDescription: String(SCAN_DEFAULTS.perHost),
    group: 'Conduct:',
  },
  endpoints: {
    requiresArg: true,
    coerce: wholeNumber('endpoints', 1, 64),
    describe: 'endpoints asked at once',
    defaultDescription: String(SCAN_DEFAULTS.endpoints),
    group: 'Conduct:',
  },
  ...waitOptions('2s', '8s'),
  'min-timeout': {
    requiresArg: true,
    coerce: duration('min-timeout', 1, 120_000),
    describe: 'shortest wait, however fast the network is',
    defaultDescription: '100ms',
    group: 'Conduct:',
  },
  retries: {
    requiresArg: true,
    coerce: wholeNumber('retries', 0, 10),
    describe: 'second chances for a silent port',
    defaultDescription: '1',
    group: 'Conduct:',
  },
  header: {
    alias: 'H',
    array: true,
    requiresArg: true,
    coerce: headers,
    describe: "send this header with every request ('Name: value')",
    group: 'Conduct:',
  },
  'user-agent': userAgent('what to call ourselves'),
  resume: text('resume', 'go on with the interrupted scan whose JSON result this is', 'Conduct:'),

  ...outcomeOptions({
    all: 'list endpoints of no known service one by one',
    failOn: String(SCAN_DEFAULTS.failOn),
    strict: 'exit 3 when anything could not be examined',
  }),
  ...HISTORY_OPTIONS,
  ...NOTIFY_OPTIONS,
  ...QUIET_OPTION,
  rules: list(MORE_SERVICES, 'Rules:'),
} as const satisfies Readonly<Record<string, Options>>;
