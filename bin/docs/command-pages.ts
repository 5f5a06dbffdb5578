import type { Options } from 'yargs';
import { aliasesOf, type CommandShape, shapeOf, takesValue } from '../../src/cli/command-shape.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { cell, type ReadPage, withGenerated } from './pages.ts';

/** `docs/commands/<command>.md`: what is written there, then every option from its definition; and an index. */
export async function commandPages(read: ReadPage): Promise<[string, string][]> {
  const shapes = await Promise.all(COMMANDS.map(shapeOf));
  const pages = shapes.map((shape): [string, string] => {
    const path = `docs/commands/${shape.entry.name}.md`;
    return [path, withGenerated(read(path) ?? blankPage(shape), reference(shape))];
  });
  const rows = COMMANDS.map(({ name, describe }) => `| [${name}](${name}.md) | ${cell(describe)} |`);
  const global = optionTable(GLOBAL_OPTIONS);
  const index = [
    '# Commands',
    '',
    '| command | |',
    '|---|---|',
    ...rows,
    '',
    'Every command has these too:',
    '',
    ...global,
  ];
  return [...pages, ['docs/commands/README.md', `${index.join('\n')}\n`]];
}

function blankPage({ entry: { name, command, describe } }: CommandShape): string {
  const sentence = describe.charAt(0).toUpperCase() + describe.slice(1);
  return `# postern ${name}\n\n    postern ${command}\n\n${sentence}.\n`;
}

function reference({ entry, positionals, options, examples }: CommandShape): string {
  const groups = new Map<string, Record<string, Options>>();
  for (const [name, option] of Object.entries(options)) {
    const group = option.group ?? 'Options:';
    groups.set(group, { ...groups.get(group), [name]: option });
  }
  return [
    '## Reference',
    '',
    `    postern ${entry.command}`,
    '',
    ...(positionals.length > 0
      ? [
          '| argument | |',
          '|---|---|',
          ...positionals.map(({ name, describe }) => `| \`${name}\` | ${cell(describe)} |`),
          '',
        ]
      : []),
    ...[...groups].flatMap(([group, members]) => [`### ${group.replace(/:$/, '')}`, '', ...optionTable(members), '']),
    ...(examples.length > 0
      ? [
          '### Examples',
          '',
          ...examples.map(({ command, text }) => `    ${command}${text === '' ? '' : `    # ${text}`}`),
          '',
        ]
      : []),
  ].join('\n');
}

function optionTable(options: Readonly<Record<string, Options>>): string[] {
  const rows = Object.entries(options).map(([name, option]) => {
    const names = [`--${name}`, ...aliasesOf(option).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`))];
    const value = takesValue(option) ? ' …' : '';
    const preset = option.defaultDescription === undefined ? '' : cell(option.defaultDescription);
    return `| ${names.map((text) => `\`${text}${value}\``).join(', ')} | ${cell(String(option.describe ?? ''))} | ${preset} |`;
  });
  return ['| option | | default |', '|---|---|---|', ...rows];
}
