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
export function isPathOption(command: string, name: string): boolean {
  return PATH_OPTIONS.has(name) || PATH_OPTIONS.has(`${command} ${name}`);
}

/** What a command is given without an option, as the file calls it. */
export const POSITIONALS: Readonly<Partial<Record<string, readonly string[]>>> = {
  scan: ['targets'],
  tls: ['hosts'],
  lint: ['paths'],
};

type Use = (args: Readonly<Record<string, unknown>>) => boolean;
const OF_KEPT_RUNS: Readonly<Record<string, Use>> = {
  state: ({ save, baseline }) => save === true || baseline === 'last',
  keep: ({ save }) => save === true,
};

/**
 * What is of use only beside other options. On the command line it is a mistake without them; in the file it waits for a
 * run that has them.
 */
export const IDLE_WITHOUT: Readonly<Record<string, Use>> = {
  ...Object.fromEntries(
    ['scan', 'tls', 'check'].flatMap((command) =>
      Object.entries(OF_KEPT_RUNS).map(([name, isOfUse]) => [`${command} ${name}`, isOfUse]),
    ),
  ),
  'verify key-header': ({ basicEnv }) => basicEnv === undefined,
  'verify key-scheme': ({ basicEnv }) => basicEnv === undefined,
};

const SCAN_SCOPE = ['targets', 'file', 'local'];
const TLS_SCOPE = ['hosts', 'targets'];
/** What a resumed scan takes from its first run. */
const RESUMED = [...SCAN_SCOPE, 'ports', 'exclude', 'exclude-file', 'allow-public', 'sni', 'base-path'];

/** Options on the command line (as yargs calls them) beside which the file's value is not asked for. */
export function rivals(command: string, name: string): readonly string[] {
  if (name === 'quiet') return ['verbose'];
  if (command === 'scan')
    return [...(SCAN_SCOPE.includes(name) ? SCAN_SCOPE : []), ...(RESUMED.includes(name) ? ['resume'] : [])];
  if (command === 'tls' && TLS_SCOPE.includes(name)) return [...TLS_SCOPE, 'cert'];
  if (command === 'lint' && name === 'paths') return ['paths'];
  return [];
}
