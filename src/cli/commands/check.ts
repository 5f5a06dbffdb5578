import type { CheckArguments } from '../check-arguments.ts';
import type { Command, CommandContext } from '../context.ts';
import { CHECK_OPTIONS } from './check-options.ts';

/** `postern check`: options only; what they do is loaded when the command runs. */
export function checkCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .options(CHECK_OPTIONS)
        .example('$0 check', 'may the firewall be opened?')
        .example('sudo $0 check', 'the same, with the processes, keys and firewall rules that only root may read')
        .example('$0 check --no-probe', 'read, ask nothing')
        .example('$0 check --expect', 'hold it against the policy in postern.config.yaml'),
    handler: async (args) => {
      const { runCheck } = await import('../run-check.ts');
      context.finish(await runCheck(args as CheckArguments, context));
    },
  };
}
