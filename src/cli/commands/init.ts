import type { Options } from 'yargs';
import type { Command, CommandContext } from '../context.ts';
import { KITS } from '../init/kits.ts';
import { manyOf, once } from '../options.ts';
import type { InitArguments } from '../run-init.ts';

const INIT_OPTIONS = {
  ci: {
    array: true,
    requiresArg: true,
    coerce: manyOf('ci', Object.keys(KITS)),
    describe: `also write what runs postern there: ${Object.keys(KITS).join(', ')}; repeatable`,
  },
  directory: {
    requiresArg: true,
    coerce: once('directory'),
    describe: 'where to',
    defaultDescription: 'the working directory',
  },
  force: { boolean: true, describe: 'replace files that are there' },
} as const satisfies Readonly<Record<string, Options>>;

/** `postern init`. Asks nothing. */
export function initCommand(context: CommandContext): Command {
  return {
    builder: (yargs) =>
      yargs
        .options(INIT_OPTIONS)
        .example('$0 init', 'a configuration file with everything explained')
        .example('$0 init --ci github', 'and a workflow for GitHub Actions'),
    handler: async (args) => {
      const { runInit } = await import('../run-init.ts');
      context.finish(await runInit(args as InitArguments, context));
    },
  };
}
