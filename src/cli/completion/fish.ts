import type { CompletedCommand } from './words.ts';

/** Completions for fish 3 and newer; no program is started while one types. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = [
    '# fish completion for postern: save it as ~/.config/fish/completions/postern.fish.',
    `complete -c postern -n "not __fish_seen_subcommand_from ${names}" -f -s h -l help -d 'show help'`,
    `complete -c postern -n "not __fish_seen_subcommand_from ${names}" -f -s V -l version -d 'show the version'`,
  ];
  for (const { name, describe, options, arguments: words } of commands) {
    lines.push(
      `complete -c postern -n "not __fish_seen_subcommand_from ${names}" -f -a ${name} -d ${quoted(describe)}`,
    );
    const here = `complete -c postern -n "__fish_seen_subcommand_from ${name}"`;
    if (words.length > 0) lines.push(`${here} -f -a ${quoted(words.join(' '))}`);
    for (const { long, short, describe: text, takesValue, values } of options) {
      const letters = short.map((letter) => ` -s ${letter}`).join('');
      const value = takesValue ? (values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r') : '';
      lines.push(`${here}${letters} -l ${long}${value} -d ${quoted(text)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
