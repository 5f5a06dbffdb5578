import type { Options } from 'yargs';
import { VERIFY_DEFAULTS } from '../../audit/verify-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import { choice, duration, many, once, wholeNumber } from '../options.ts';

function text(name: string, describe: string, group: string, preset?: string) {
  const option = { requiresArg: true, coerce: once(name), describe, group };
  return preset === undefined ? option : { ...option, defaultDescription: preset };
}

/** The options of `postern verify`. */
export const VERIFY_OPTIONS = {
  'key-env': text('key-env', 'environment variable with the key', 'Credentials:'),
  'key-file': text('key-file', 'file with the key', 'Credentials:'),
  'token-env': text('token-env', 'environment variable with a bearer token', 'Credentials:'),
  'token-file': text('token-file', 'file with a bearer token (JWT, user:expiry:hmac)', 'Credentials:'),
  'basic-env': text('basic-env', 'environment variable with user:password', 'Credentials:'),
  'expired-token-file': text('expired-token-file', 'a token that has expired and must be refused', 'Credentials:'),
  'old-key-env': text('old-key-env', 'variable with a replaced key that must be refused', 'Credentials:'),
  'client-cert': text('client-cert', 'certificate to show, PEM with its chain', 'Credentials:'),
  'client-key': text('client-key', 'its key', 'Credentials:'),
  'key-header': text(
    'key-header',
    'header that carries the key',
    'Credentials:',
    'Authorization, or the one the service wants',
  ),
  'key-scheme': text('key-scheme', "word in front of the key, '' for none", 'Credentials:', "Bearer, or the service's"),
  pin: text('pin', 'SHA-256 of the one certificate that may see the credential', 'Credentials:'),
  ca: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'trust these authorities too before a credential is sent: file or directory',
    group: 'Credentials:',
  },
  neighbours: text(
    'neighbours',
    'ports and address:port tried for the same service without a lock, or none',
    'Conduct:',
    "the service's own, 80, 443",
  ),
  'max-requests': {
    requiresArg: true,
    coerce: wholeNumber('max-requests', 1, VERIFY_DEFAULTS.budget),
    describe: `requests at most, up to ${VERIFY_DEFAULTS.budget}`,
    defaultDescription: String(VERIFY_DEFAULTS.budget),
    group: 'Conduct:',
  },
  pace: {
    requiresArg: true,
    coerce: duration('pace', 0, 60_000),
    describe: `wait between two requests`,
    defaultDescription: `${VERIFY_DEFAULTS.paceMs}ms`,
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
  'allow-public': {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'public range in which the service may stand (at most a /16 each)',
    group: 'Conduct:',
  },
  exclude: { array: true, requiresArg: true, coerce: many, describe: 'never touch these', group: 'Conduct:' },
  'assume-reach': {
    requiresArg: true,
    coerce: choice('assume-reach', ['lan', 'public'] as const),
    describe: 'judge loopback or a tunnel as if it were there: lan, public',
    group: 'Conduct:',
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
  'fail-on': {
    requiresArg: true,
    coerce: choice('fail-on', SEVERITIES),
    describe: `exit 1 from this severity on: ${SEVERITIES.join(', ')}`,
    defaultDescription: String(VERIFY_DEFAULTS.failOn),
    group: 'Output:',
  },
  all: { boolean: true, describe: 'list what is set aside, too', group: 'Output:' },
  strict: { boolean: true, describe: 'exit 3 when anything stayed unknown', group: 'Output:' },
  rules: {
    array: true,
    requiresArg: true,
    coerce: many,
    describe: 'directory with more service files and rules (GET and HEAD only)',
    group: 'Rules:',
  },
} as const satisfies Readonly<Record<string, Options>>;
