import { didYouMean } from '../../model/nearest.ts';
import { UsageError } from '../../model/trouble.ts';
import type { Command, CommandContext } from '../context.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `postern completion SHELL`: a script for the shell. */
export function completionCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .positional('shell', { describe: `one of ${SHELLS.join(', ')}`, type: 'string' })
        .example('$0 completion bash > ~/.local/share/bash-completion/completions/postern', 'bash')
        .example('$0 completion zsh > ~/.zfunc/_postern', 'zsh, with ~/.zfunc in $fpath')
        .example('$0 completion fish > ~/.config/fish/completions/postern.fish', 'fish'),
    handler: async (args) => {
      const { shell } = args as { shell: string };
      const known = SHELLS.find((name) => name === shell);
      if (known === undefined)
        throw new UsageError(
          `completion ${shell}: expected one of ${SHELLS.join(', ')}${didYouMean(String(shell), SHELLS)}`,
        );
      const { completionScript } = await import('../completion/script.ts');
      await context.system.terminal.out(await completionScript(known));
      context.finish(0);
    },
  };
}
