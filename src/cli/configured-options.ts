import type { ConfiguredCommand } from '../model/postern-config.ts';

/** What the file says here counts beside what the command line says: an exclusion always wins, wherever it is written. */
export const ADDING_OPTIONS: ReadonlySet<string> = new Set(['exclude', 'exclude-file', 'ca']);

const PATH_OPTIONS: ReadonlySet<string> = new Set([
  'file',
  'exclude-file',
  'ca',
  'rules',
  'state',
  'baseline',
  'paths',
  'tls targets',
]);

/** Paths are written from the directory of the configuration file. */
export function isPathOption(command: ConfiguredCommand, name: string): boolean {
  return PATH_OPTIONS.has(name) || PATH_OPTIONS.has(`${command} ${name}`);
}

/** What a command is given without an option, as the file calls it. */
export const POSITIONALS: Readonly<Record<ConfiguredCommand, readonly string[]>> = {
  scan: ['targets'],
  tls: ['hosts'],
  lint: ['paths'],
  check: [],
  verify: [],
};

const SCAN_SCOPE = ['targets', 'file', 'local'];
const TLS_SCOPE = ['hosts', 'targets'];
/** What a resumed scan takes from its first run. */
const RESUMED = [...SCAN_SCOPE, 'ports', 'exclude', 'exclude-file', 'allow-public', 'sni', 'base-path'];

/** Options on the command line (as yargs calls them) beside which the file's value is not asked for. */
export function rivals(command: ConfiguredCommand, name: string): readonly string[] {
  if (command === 'scan')
    return [...(SCAN_SCOPE.includes(name) ? SCAN_SCOPE : []), ...(RESUMED.includes(name) ? ['resume'] : [])];
  if (command === 'tls' && TLS_SCOPE.includes(name)) return [...TLS_SCOPE, 'cert'];
  if (command === 'lint' && name === 'paths') return ['paths'];
  return [];
}
