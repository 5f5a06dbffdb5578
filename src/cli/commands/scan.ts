import type { Command, CommandContext } from '../context.ts';
import type { ScanArguments } from '../scan-arguments.ts';
import { SCAN_OPTIONS } from './scan-options.ts';

/** `postern scan`: options only; what they do is loaded when the command runs. */
export function scanCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('targets', {
          describe: 'hosts, host:port, CIDRs, ranges (10.0.0.1-50) or URLs',
          type: 'string',
          array: true,
        })
        .options(SCAN_OPTIONS)
        .example('$0 scan 192.168.1.0/24', 'every AI port of a network')
        .example('$0 scan ai.lan:11434 https://ai.lan/ollama', 'two doors')
        .example('$0 scan 10.0.0.0/16 --ports @llm --plan', 'what would that be?'),
    handler: async (args) => {
      const { runScan } = await import('../run-scan.ts');
      context.finish(await runScan(args as ScanArguments, context));
    },
  };
}
