import type { Command, CommandContext } from '../context.ts';
import type { LintArguments } from '../lint-arguments.ts';
import { LINT_OPTIONS } from './lint-options.ts';

/** `postern lint`: options only; what they do is loaded when the command runs. */
export function lintCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('paths', {
          describe: 'files and directories; . where none is given, - for standard input',
          type: 'string',
          array: true,
        })
        .options(LINT_OPTIONS)
        .example('$0 lint', 'every deployment file below this directory')
        .example('$0 lint compose.yaml --fix=all --diff', 'what would have to change')
        .example('$0 lint --format sarif > postern.sarif', 'for code scanning'),
    handler: async (args) => {
      const { runLint } = await import('../run-lint.ts');
      context.finish(await runLint(args as LintArguments, context));
    },
  };
}
