import { SCAN_DEFAULTS } from '../../audit/scan-request.ts';
import { SEVERITIES } from '../../model/rule.ts';
import { FORMATS } from '../../report/formats.ts';
import { ENGINES } from '../../system/ports.ts';
import type { Command, CommandContext } from '../context.ts';
import { choice, duration, headers, many, once, wholeNumber } from '../options.ts';
import type { ScanArguments } from '../scan-arguments.ts';

/** `postern scan`: options only; what they do is loaded when the command runs. */
export function scanCommand(context: CommandContext): Command {
  return {
    command: 'scan [targets..]',
    describe: 'sweep networks for AI services and say what each lets anyone do',
    builder: (yargs) =>
      yargs
        .positional('targets', {
          describe: 'hosts, host:port, CIDRs, ranges (10.0.0.1-50) or URLs',
          type: 'string',
          array: true,
        })
        .options({
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
          exclude: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'never touch these, also inside a CIDR',
            group: 'Targets:',
          },
          'exclude-file': {
            string: true,
            requiresArg: true,
            coerce: many,
            describe: 'read exclusions from a file',
            group: 'Targets:',
          },
          'allow-public': {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'public range that may be scanned (at most a /16 each)',
            group: 'Targets:',
          },
          sni: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'also ask every endpoint for these host names',
            group: 'Targets:',
          },
          'base-path': {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'also look for services below these paths',
            group: 'Targets:',
          },
          shard: {
            requiresArg: true,
            coerce: once('shard'),
            describe: 'take one of N equal parts of the targets: 3/8; job/8 reads JOB_COMPLETION_INDEX',
            group: 'Targets:',
          },
          site: {
            requiresArg: true,
            coerce: once('site'),
            describe: 'label everything found with where this run looks from',
            group: 'Targets:',
          },
          'assume-reach': {
            requiresArg: true,
            coerce: choice('assume-reach', ['lan', 'public'] as const),
            describe: 'judge loopback or tunnelled targets as if they were there: lan, public',
            group: 'Targets:',
          },

          plan: { boolean: true, describe: 'print what would be done, and stop', group: 'Conduct:' },
          passive: {
            boolean: true,
            describe: 'GET, HEAD and OPTIONS only; no gate probes, no protocol hellos',
            group: 'Conduct:',
          },
          tls: {
            requiresArg: true,
            coerce: choice('tls', ['full', 'quick', 'off'] as const),
            describe: 'how closely TLS endpoints are inspected: full, quick, off [quick]',
            group: 'Conduct:',
          },
          ca: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'trust these authorities too: file or directory, CIDR=file for some addresses only',
            group: 'Conduct:',
          },
          'max-requests': {
            requiresArg: true,
            coerce: wholeNumber('max-requests', 1, 1000),
            describe: `requests to one endpoint at most [${SCAN_DEFAULTS.budget}]`,
            group: 'Conduct:',
          },
          rate: {
            requiresArg: true,
            coerce: wholeNumber('rate', 0, 1_000_000),
            describe: 'new sweep connections a second, 0: no limit [0]',
            group: 'Conduct:',
          },
          engine: {
            requiresArg: true,
            coerce: choice('engine', ENGINES),
            describe: `how to sweep: ${ENGINES.join(', ')} [${SCAN_DEFAULTS.engine}]`,
            group: 'Conduct:',
          },
          parallel: {
            requiresArg: true,
            coerce: wholeNumber('parallel', 1, 60_000),
            describe: `sweep connections at once [${SCAN_DEFAULTS.parallel}]`,
            group: 'Conduct:',
          },
          'per-host': {
            requiresArg: true,
            coerce: wholeNumber('per-host', 1, 10_000),
            describe: `sweep connections to one address at once [${SCAN_DEFAULTS.perHost}]`,
            group: 'Conduct:',
          },
          endpoints: {
            requiresArg: true,
            coerce: wholeNumber('endpoints', 1, 64),
            describe: `endpoints asked at once [${SCAN_DEFAULTS.endpoints}]`,
            group: 'Conduct:',
          },
          timeout: {
            requiresArg: true,
            coerce: duration('timeout', 10, 120_000),
            describe: 'longest wait for a connection [2s]',
            group: 'Conduct:',
          },
          'min-timeout': {
            requiresArg: true,
            coerce: duration('min-timeout', 1, 120_000),
            describe: 'shortest wait, however fast the network is [100ms]',
            group: 'Conduct:',
          },
          'response-timeout': {
            requiresArg: true,
            coerce: duration('response-timeout', 10, 600_000),
            describe: 'longest wait for a whole answer [8s]',
            group: 'Conduct:',
          },
          retries: {
            requiresArg: true,
            coerce: wholeNumber('retries', 0, 10),
            describe: 'second chances for a silent port [1]',
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
          'user-agent': {
            requiresArg: true,
            coerce: once('user-agent'),
            describe: 'what to call ourselves',
            group: 'Conduct:',
          },
          resume: {
            requiresArg: true,
            coerce: once('resume'),
            describe: 'go on with the interrupted scan whose JSON result this is',
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
          all: { boolean: true, describe: 'list endpoints of no known service one by one', group: 'Output:' },
          'fail-on': {
            requiresArg: true,
            coerce: choice('fail-on', SEVERITIES),
            describe: `exit 1 from this severity on: ${SEVERITIES.join(', ')} [${SCAN_DEFAULTS.failOn}]`,
            group: 'Output:',
          },
          save: { boolean: true, describe: 'keep this run for diff, history and --baseline last', group: 'History:' },
          state: {
            requiresArg: true,
            coerce: once('state'),
            describe: 'directory of kept runs [$XDG_STATE_HOME/postern]',
            group: 'History:',
          },
          keep: {
            requiresArg: true,
            coerce: wholeNumber('keep', 1, 100_000),
            describe: 'with --save: remove the oldest scans but for so many [all are kept]',
            group: 'History:',
          },
          baseline: {
            requiresArg: true,
            coerce: once('baseline'),
            describe: 'a saved result, or last: its findings are marked as known',
            group: 'History:',
          },
          'fail-on-new': {
            boolean: true,
            describe: 'with --baseline: findings that are known do not count for the exit code',
            group: 'History:',
          },
          strict: { boolean: true, describe: 'exit 3 when anything could not be examined', group: 'Output:' },
          quiet: { alias: 'q', boolean: true, describe: 'no progress on standard error', group: 'Output:' },
          rules: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'directory with more service files and rules (GET and HEAD only)',
            group: 'Rules:',
          },
        })
        .example('$0 scan 192.168.1.0/24', 'every AI port of a network')
        .example('$0 scan ai.lan:11434 https://ai.lan/ollama', 'two doors')
        .example('$0 scan 10.0.0.0/16 --ports @llm --plan', 'what would that be?'),
    handler: async (args) => {
      const { runScan } = await import('../run-scan.ts');
      context.finish(await runScan(args as ScanArguments, context));
    },
  };
}
