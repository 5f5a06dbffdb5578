import { COMMANDS, type CommandEntry } from './command-table.ts';

const GROUPS: readonly (readonly [CommandEntry['group'], string])[] = [
  ['look', 'Look:'],
  ['result', 'Results:'],
  ['more', 'More:'],
];

const OPTIONS: readonly (readonly [string, string])[] = [
  ['-h, --help', 'this, or the options of a command: postern scan --help'],
  ['-V, --version', 'the version'],
  ['--config FILE', 'configuration file [postern.config.yaml, here or above]; --no-config: none'],
];

const MIN_TEXT = 24;

/** What `postern --help` says. Written here, so that it comes at once: yargs is loaded for a command. */
export function helpText(columns: number): string {
  const rows = COMMANDS.map(({ command, describe, group }) => ({ left: command, right: describe, group }));
  const width = Math.max(...[...rows.map(({ left }) => left), ...OPTIONS.map(([left]) => left)].map((s) => s.length));
  const line = (left: string, right: string): string => {
    const indent = width + 4;
    return `  ${left.padEnd(width)}  ${wrap(right, Math.max(MIN_TEXT, columns - indent)).join(`\n${' '.repeat(indent)}`)}`;
  };
  return [
    'postern <command>',
    '',
    ...wrap('Finds the doors that were left open around self-hosted AI services.', Math.max(MIN_TEXT, columns)),
    ...GROUPS.flatMap(([group, title]) => {
      const members = rows.filter((row) => row.group === group);
      return members.length === 0 ? [] : ['', title, ...members.map(({ left, right }) => line(left, right))];
    }),
    '',
    'Options:',
    ...OPTIONS.map(([left, right]) => line(left, right)),
    '',
  ].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
