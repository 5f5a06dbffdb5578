import { didYouMean } from '../model/nearest.ts';
import { CONFIGURED_COMMANDS } from '../model/postern-config.ts';
import { UsageError } from '../model/trouble.ts';
import type { System } from '../system/ports.ts';
import { shapeOf } from './command-shape.ts';
import { COMMANDS, type CommandEntry } from './command-table.ts';
import type { CommandContext, ExitCode } from './context.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { readPlainLine } from './plain-line.ts';

/** Parses a command line and runs the one command it names; no other command is loaded. @throws UsageError */
export async function runCommandLine(written: readonly string[], system: System): Promise<ExitCode> {
  const argv = written[0] === 'help' && written.length > 1 ? [...written.slice(1), '--help'] : written;
  const entry = commandOf(argv);
  if (argv.includes('--print-config') && !isConfigured(entry.name))
    throw new UsageError(
      `--print-config: a configuration file says nothing to ${entry.name}, but to ${listed(CONFIGURED_COMMANDS, 'and')}`,
    );
  let code: ExitCode = 0;
  const context: CommandContext = {
    system,
    finish: (result) => {
      code = result;
    },
  };
  const place = argv.indexOf(entry.name);
  const words = [...argv.slice(0, place), ...argv.slice(place + 1)];
  const command = (await entry.load())(context);
  const { options } = shapeOf(entry, command);
  const plain = readPlainLine({ entry, options: { ...options, ...GLOBAL_OPTIONS } }, words);
  if (plain !== null) await command.handler(plain);
  else {
    const { runWithYargs } = await import('./yargs-line.ts');
    const said = await runWithYargs(entry, command, words, system.terminal.columns);
    if (said) await system.terminal.out(`${said}\n`);
  }
  return code;
}

/** The command that a line names: its first word that is no option. @throws UsageError */
function commandOf(argv: readonly string[]): CommandEntry {
  const name = argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--config');
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = COMMANDS.map((command) => command.name);
  if (name === undefined && argv.includes('--print-config'))
    throw new UsageError(
      `--print-config: of which command? Try postern scan --print-config, or ${listed(
        CONFIGURED_COMMANDS.filter((other) => other !== 'scan'),
        'or',
      )}`,
    );
  if (name === undefined) {
    const option = argv.find((word) => word.startsWith('-'));
    const said = option === undefined ? '' : `${option}: `;
    throw new UsageError(`${said}a command is needed: ${listed(names, 'or')}`);
  }
  throw new UsageError(`${name}: no such command${didYouMean(name, names) || `, see postern --help`}`);
}

function isConfigured(name: string): boolean {
  return CONFIGURED_COMMANDS.some((known) => known === name);
}

function listed(names: readonly string[], last: 'and' | 'or'): string {
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}
