import type { Options } from 'yargs';
import { once } from './options.ts';

/** `--no-config` arrives as false. */
function configPath(value: unknown): string | false | undefined {
  return value === false ? false : once('config')(value);
}

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  config: {
    requiresArg: true,
    coerce: configPath,
    describe: 'configuration file; --no-config: none',
    defaultDescription: 'postern.config.yaml, here or above',
    group: 'Configuration:',
  },
  'print-config': {
    boolean: true,
    describe: 'print the values in force and where each is from, and stop',
    group: 'Configuration:',
  },
  verbose: { boolean: true, describe: 'say on standard error what goes on', group: 'Configuration:' },
} as const satisfies Readonly<Record<string, Options>>;
