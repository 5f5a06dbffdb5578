import { didYouMean } from '../../model/nearest.ts';
import { UsageError } from '../../model/trouble.ts';
import type { Command, CommandContext } from '../context.ts';
import { many } from '../options.ts';

const ACTIONS = ['list', 'show', 'validate', 'requests'] as const;

interface RulesArguments {
  readonly action: string;
  readonly ids?: readonly string[];
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

/** `postern rules list|show|validate|requests`. */
export function rulesCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('action', { describe: `one of ${ACTIONS.join(', ')}`, type: 'string' })
        .positional('ids', {
          describe: 'rule or service ids (show, requests), directories (validate)',
          type: 'string',
          array: true,
        })
        .options({
          rules: {
            array: true,
            requiresArg: true,
            coerce: many,
            describe: 'directory with more service files and rules',
          },
          json: { boolean: true, describe: 'print JSON' },
        })
        .example('$0 rules requests ollama', 'every request that may be sent for Ollama'),
    handler: async (args) => {
      const { action, ids = [], rules = [], json = false } = args as RulesArguments;
      const known = ACTIONS.find((name) => name === action);
      if (!known)
        throw new UsageError(`rules ${action}: expected one of ${ACTIONS.join(', ')}${didYouMean(action, ACTIONS)}`);
      const { runRules } = await import('../run-rules.ts');
      await runRules(known, { ids, rules, json }, context);
      context.finish(0);
    },
  };
}
