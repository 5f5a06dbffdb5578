import type { Options } from 'yargs';
import { TLS_DEFAULTS } from '../../audit/tls-request.ts';
import { duration, many, once, wholeNumber } from '../options.ts';
import { serverName } from '../server-name.ts';
import { HISTORY_OPTIONS, NOTIFY_OPTIONS } from './history-options.ts';
import { list, outcomeOptions, QUIET_OPTION, reachOption, text, userAgent, waitOptions } from './shared-options.ts';

/** The options of `postern tls`; what the configuration file says goes through the same readings. */
export const TLS_OPTIONS = {
  // Not `array`: yargs would take the lone dash of `-f -` for an option.
  targets: {
    alias: ['f', 'file'],
    string: true,
    requiresArg: true,
    coerce: many,
    describe: 'read targets from a file, - for standard input',
    group: 'Targets:',
  },
  ports: {
    alias: 'p',
    requiresArg: true,
    coerce: once('ports'),
    describe: 'ports of targets that name none',
    defaultDescription: '443',
    group: 'Targets:',
  },
  exclude: list('never touch these, also inside a CIDR', 'Targets:'),
  'exclude-file': list('read exclusions from a file', 'Targets:'),
  'allow-public': list('public range that may be inspected (at most a /16 each)', 'Targets:'),
  'server-name': {
    alias: 'sni',
    requiresArg: true,
    coerce: serverName('server-name'),
    describe: 'name to ask for and to hold the certificate against',
    group: 'Targets:',
  },
  ...reachOption('Targets:'),
  cert: list('inspect a certificate file (PEM or DER) instead of a port', 'Certificates:'),
  key: text('key', 'does this private key belong to --cert?', 'Certificates:'),
  ca: list('trust these authorities too: file or directory, CIDR=file for some addresses only', 'Certificates:'),
  pin: list('trust this key: sha256/BASE64', 'Certificates:'),
  'client-cert': text(
    'client-cert',
    'a client certificate that should be accepted (with --client-key)',
    'Certificates:',
  ),
  'client-key': text('client-key', 'its private key', 'Certificates:'),
  quick: {
    boolean: true,
    describe: 'about 8 connections to a clean server: enough for a grade, not for every suite',
    group: 'Conduct:',
  },
  'max-connections': {
    requiresArg: true,
    coerce: wholeNumber('max-connections', 1, 100_000),
    describe: 'connections to one port at most',
    defaultDescription: String(TLS_DEFAULTS.maxConnections),
    group: 'Conduct:',
  },
  pace: {
    requiresArg: true,
    coerce: duration('pace', 0, 60_000),
    describe: 'least time between two connections to one address',
    defaultDescription: '0',
    group: 'Conduct:',
  },
  parallel: {
    requiresArg: true,
    coerce: wholeNumber('parallel', 1, 1000),
    describe: 'connections at once',
    defaultDescription: String(TLS_DEFAULTS.parallel),
    group: 'Conduct:',
  },
  'per-host': {
    requiresArg: true,
    coerce: wholeNumber('per-host', 1, 100),
    describe: 'connections to one address at once',
    defaultDescription: String(TLS_DEFAULTS.perHost),
    group: 'Conduct:',
  },
  ...waitOptions('3s', '5s'),
  'user-agent': userAgent('what to call ourselves in the one HTTP request'),
  ...outcomeOptions({
    all: 'every suite, every port in full',
    failOn: String(TLS_DEFAULTS.failOn),
    strict: 'exit 3 when anything could not be examined',
  }),
  ...HISTORY_OPTIONS,
  ...NOTIFY_OPTIONS,
  ...QUIET_OPTION,
  rules: list('directory with more rules', 'Rules:'),
} as const satisfies Readonly<Record<string, Options>>;
