import { CHECK_DEFAULTS } from '../../audit/check-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import type { CheckArguments } from '../check-arguments.ts';
import type { Command, CommandContext } from '../context.ts';
import { choice, duration, many, once, wholeNumber } from '../options.ts';

/** `postern check`: options only; what they do is loaded when the command runs. */
export function checkCommand(context: CommandContext): Command {
  return {
    command: 'check',
    describe: 'look at this host before it is exposed: what listens, for whom, behind what, with which keys',
    builder: (yargs) =>
      yargs
        .options({
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
            describe: 'how closely TLS is inspected: full, quick, off [quick]',
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
            describe: `requests to one endpoint at most [${CHECK_DEFAULTS.budget}]`,
            group: 'Conduct:',
          },
          timeout: {
            requiresArg: true,
            coerce: duration('timeout', 10, 120_000),
            describe: 'longest wait for a connection [2s]',
            group: 'Conduct:',
          },
          'response-timeout': {
            requiresArg: true,
            coerce: duration('response-timeout', 10, 600_000),
            describe: 'longest wait for a whole answer [8s]',
            group: 'Conduct:',
          },
          'user-agent': {
            requiresArg: true,
            coerce: once('user-agent'),
            describe: 'what to call ourselves',
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
          all: { boolean: true, describe: 'list every listener, whatever it is', group: 'Output:' },
          'fail-on': {
            requiresArg: true,
            coerce: choice('fail-on', SEVERITIES),
            describe: `not ready from this severity on: ${SEVERITIES.join(', ')} [${CHECK_DEFAULTS.failOn}]`,
            group: 'Output:',
          },
          strict: { boolean: true, describe: 'exit 3 when anything could not be read or judged', group: 'Output:' },
          quiet: { alias: 'q', boolean: true, describe: 'no progress on standard error', group: 'Output:' },
          rules: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'directory with more service files and rules (GET and HEAD only)',
            group: 'Rules:',
          },
        })
        .example('$0 check', 'may the firewall be opened?')
        .example('sudo $0 check', 'the same, with the processes, keys and firewall rules that only root may read')
        .example('$0 check --no-probe', 'read, ask nothing'),
    handler: async (args) => {
      const { runCheck } = await import('../run-check.ts');
      context.finish(await runCheck(args as CheckArguments, context));
    },
  };
}
