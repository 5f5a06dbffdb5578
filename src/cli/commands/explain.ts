import type { Command, CommandContext } from '../context.ts';
import { many } from '../options.ts';

/** `postern explain <rule>`: why it matters and what to do. */
export function explainCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('id', { describe: 'a rule or service id', type: 'string' })
        .options({
          rules: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'directory with more service files and rules',
          },
        })
        .example('$0 explain unauthenticated-endpoint', ''),
    handler: async (args) => {
      const { id, rules = [] } = args as { id: string; rules?: string[] };
      const { runExplain } = await import('../run-rules.ts');
      await runExplain(String(id), rules, context);
      context.finish(0);
    },
  };
}
