import type { Command, CommandContext } from '../context.ts';
import type { VerifyArguments } from '../verify-arguments.ts';
import { VERIFY_OPTIONS } from './verify-options.ts';

/** `postern verify`: options only; what they do is loaded when the command runs. */
export function verifyCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('url', { describe: 'the service, such as https://ai.lan/', type: 'string', demandOption: true })
        .options(VERIFY_OPTIONS)
        .example('$0 verify https://ai.lan/ --key-env AI_KEY', 'is it locked, and does the key open it?')
        .example('$0 verify http://127.0.0.1:8888/ --key-file token.txt', 'credentials in clear on this machine only'),
    handler: async (args) => {
      const { runVerify } = await import('../run-verify.ts');
      context.finish(await runVerify(args as VerifyArguments, context));
    },
  };
}
