import { TLS_DEFAULTS } from '../../audit/tls-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import type { Command, CommandContext } from '../context.ts';
import { choice, duration, many, once, wholeNumber } from '../options.ts';
import type { TlsArguments } from '../tls-arguments.ts';

/** `postern tls`: options only; what they do is loaded when the command runs. */
export function tlsCommand(context: CommandContext): Command {
  return {
    command: 'tls [hosts..]',
    describe: 'grade TLS: protocols, suites, key exchange, names, chain, expiry, client certificates',
    builder: (yargs) =>
      yargs
        .positional('hosts', {
          describe: 'host, host:port, CIDR:ports or https URL; port 443 where none is given',
          type: 'string',
          array: true,
        })
        .options({
          targets: {
            alias: ['f', 'file'],
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'read targets from a file, - for standard input',
            group: 'Targets:',
          },
          ports: {
            alias: 'p',
            requiresArg: true,
            coerce: once('ports'),
            describe: 'ports of targets that name none [443]',
            group: 'Targets:',
          },
          exclude: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'never touch these, also inside a CIDR',
            group: 'Targets:',
          },
          'exclude-file': {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'read exclusions from a file',
            group: 'Targets:',
          },
          'allow-public': {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'public range that may be inspected (at most a /16 each)',
            group: 'Targets:',
          },
          'server-name': {
            alias: 'sni',
            requiresArg: true,
            coerce: once('server-name'),
            describe: 'name to ask for and to hold the certificate against',
            group: 'Targets:',
          },
          'assume-reach': {
            requiresArg: true,
            coerce: choice('assume-reach', ['lan', 'public'] as const),
            describe: 'judge loopback or tunnelled targets as if they were there: lan, public',
            group: 'Targets:',
          },
          cert: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'inspect a certificate file (PEM or DER) instead of a port',
            group: 'Certificates:',
          },
          key: {
            requiresArg: true,
            coerce: once('key'),
            describe: 'does this private key belong to --cert?',
            group: 'Certificates:',
          },
          ca: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'trust these authorities too: file or directory, CIDR=file for some addresses only',
            group: 'Certificates:',
          },
          pin: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'trust this key: sha256/BASE64',
            group: 'Certificates:',
          },
          'client-cert': {
            requiresArg: true,
            coerce: once('client-cert'),
            describe: 'a client certificate that should be accepted (with --client-key)',
            group: 'Certificates:',
          },
          'client-key': {
            requiresArg: true,
            coerce: once('client-key'),
            describe: 'its private key',
            group: 'Certificates:',
          },
          quick: {
            boolean: true,
            describe: 'about 8 connections to a clean server: enough for a grade, not for every suite',
            group: 'Conduct:',
          },
          'max-connections': {
            requiresArg: true,
            coerce: wholeNumber('max-connections', 1, 100_000),
            describe: `connections to one port at most [${TLS_DEFAULTS.maxConnections}]`,
            group: 'Conduct:',
          },
          pace: {
            requiresArg: true,
            coerce: duration('pace', 0, 60_000),
            describe: 'least time between two connections to one address [0]',
            group: 'Conduct:',
          },
          parallel: {
            requiresArg: true,
            coerce: wholeNumber('parallel', 1, 1000),
            describe: `connections at once [${TLS_DEFAULTS.parallel}]`,
            group: 'Conduct:',
          },
          'per-host': {
            requiresArg: true,
            coerce: wholeNumber('per-host', 1, 100),
            describe: `connections to one address at once [${TLS_DEFAULTS.perHost}]`,
            group: 'Conduct:',
          },
          timeout: {
            requiresArg: true,
            coerce: duration('timeout', 10, 120_000),
            describe: 'longest wait for a connection [3s]',
            group: 'Conduct:',
          },
          'response-timeout': {
            requiresArg: true,
            coerce: duration('response-timeout', 10, 600_000),
            describe: 'longest wait for an answer [5s]',
            group: 'Conduct:',
          },
          'user-agent': {
            requiresArg: true,
            coerce: once('user-agent'),
            describe: 'what to call ourselves in the one HTTP request',
            group: 'Conduct:',
          },
          format: {
            requiresArg: true,
            coerce: once('format'),
            describe: `what to print: ${FORMATS.join(', ')} [table]`,
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
          all: { boolean: true, describe: 'every suite, every port in full', group: 'Output:' },
          'fail-on': {
            requiresArg: true,
            coerce: choice('fail-on', SEVERITIES),
            describe: `exit 1 from this severity on: ${SEVERITIES.join(', ')} [${TLS_DEFAULTS.failOn}]`,
            group: 'Output:',
          },
          strict: { boolean: true, describe: 'exit 3 when anything could not be examined', group: 'Output:' },
          quiet: { alias: 'q', boolean: true, describe: 'no progress on standard error', group: 'Output:' },
          rules: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'directory with more rules',
            group: 'Rules:',
          },
        })
        .example('$0 tls ai.lan:8443 --ca /etc/ssl/our-ca.pem', 'one port, with your own authority')
        .example('$0 tls 10.0.0.0/24:443,8443 --quick --format ics > renewals.ics', 'a calendar of renewals'),
    handler: async (args) => {
      const { runTls } = await import('../run-tls.ts');
      context.finish(await runTls(args as TlsArguments, context));
    },
  };
}
