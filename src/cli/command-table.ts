import type { Command, CommandContext } from './context.ts';

/** A command as help lists it. Its options are loaded when it is named. */
export interface CommandEntry {
  readonly name: string;
  /** As yargs reads it: `scan [targets..]`. */
  readonly command: string;
  readonly describe: string;
  readonly group: 'look' | 'result' | 'more';
  load(): Promise<(context: CommandContext) => Command>;
}

/** Every command, in the order in which help lists them. A new one is a line here and its files. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'scan',
    command: 'scan [targets..]',
    describe: 'sweep networks for AI services and say what each lets anyone do',
    group: 'look',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'lint',
    command: 'lint [paths..]',
    describe: 'read deployment files: who can reach which AI service, and what stops them',
    group: 'look',
    load: async () => (await import('./commands/lint.ts')).lintCommand,
  },
  {
    name: 'tls',
    command: 'tls [hosts..]',
    describe: 'grade TLS: protocols, suites, key exchange, names, chain, expiry, client certificates',
    group: 'look',
    load: async () => (await import('./commands/tls.ts')).tlsCommand,
  },
  {
    name: 'check',
    command: 'check',
    describe: 'look at this host before it is exposed: what listens, for whom, behind what, with which keys',
    group: 'look',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'verify',
    command: 'verify <url>',
    describe: 'prove that a locked service refuses what it must, and opens to the right key',
    group: 'look',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'report',
    command: 'report <file>',
    describe: 'show a saved result again, in any format',
    group: 'result',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'merge',
    command: 'merge <files..>',
    describe: 'join saved results: shards of a sweep, sites, runs at different times',
    group: 'result',
    load: async () => (await import('./commands/merge.ts')).mergeCommand,
  },
  {
    name: 'diff',
    command: 'diff [old] [new]',
    describe: 'what appeared, was fixed, changed or was not looked at between two runs',
    group: 'result',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'history',
    command: 'history',
    describe: 'the runs that were kept, and how their findings went',
    group: 'result',
    load: async () => (await import('./commands/history.ts')).historyCommand,
  },
  {
    name: 'rules',
    command: 'rules <action> [ids..]',
    describe: 'the rule book: list, show ID, validate DIRECTORY, requests',
    group: 'more',
    load: async () => (await import('./commands/rules.ts')).rulesCommand,
  },
  {
    name: 'explain',
    command: 'explain <id>',
    describe: 'why a rule exists and how to mend what it finds; or what is known of a service',
    group: 'more',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'init',
    command: 'init',
    describe: 'write a commented postern.config.yaml, and what runs postern in CI or at night',
    group: 'more',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'completion',
    command: 'completion <shell>',
    describe: 'print a completion script for bash, zsh or fish',
    group: 'more',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
];
