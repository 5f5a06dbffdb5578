import type { Options } from 'yargs';
import { VERIFY_DEFAULTS } from '../../audit/verify-request.ts';
import { duration, wholeNumber } from '../options.ts';
import { list, MORE_SERVICES, outcomeOptions, reachOption, text, waitOptions } from './shared-options.ts';

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
  ca: list('trust these authorities too before a credential is sent: file or directory', 'Credentials:'),
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
  ...waitOptions('2s', '8s'),
  'allow-public': list('public range in which the service may stand (at most a /16 each)', 'Conduct:'),
  exclude: list('never touch these', 'Conduct:'),
  ...reachOption('Conduct:'),
  ...outcomeOptions({
    all: 'list what is set aside, too',
    failOn: String(VERIFY_DEFAULTS.failOn),
    strict: 'exit 3 when anything stayed unknown',
  }),
  rules: list(MORE_SERVICES, 'Rules:'),
} as const satisfies Readonly<Record<string, Options>>;
