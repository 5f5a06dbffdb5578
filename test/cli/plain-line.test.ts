import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasesOf, shapeOf, takesValue, valuesOf } from '../../src/cli/command-shape.ts';
import { COMMANDS, type CommandEntry } from '../../src/cli/command-table.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { readPlainLine } from '../../src/cli/plain-line.ts';
import { runWithYargs } from '../../src/cli/yargs-line.ts';

/*
 * Lines that are read without yargs mean what yargs reads in them.
 */

async function readings(entry: CommandEntry, words: readonly string[]) {
  const command = (await entry.load())({} as CommandContext);
  const { options } = shapeOf(entry, command);
  const plain = readPlainLine({ entry, options: { ...options, ...GLOBAL_OPTIONS } }, words);
  let byYargs: unknown = null;
  const noted = {
    ...command,
    handler: async (args: unknown) => {
      byYargs = args;
    },
  };
  await runWithYargs(entry, noted, words, 80).catch(() => undefined);
  const { _: _words, $0: _program, ...named } = (byYargs ?? {}) as Record<string, unknown>;
  return { plain, yargs: byYargs === null ? null : named };
}

/** Words that fill what a command must have. */
function needed({ command }: CommandEntry): readonly string[] {
  return [...command.matchAll(/<\w+/g)].map((_, index) => `word${index}`);
}

for (const entry of COMMANDS) {
  test(`${entry.name}: every option`, async () => {
    const { options } = shapeOf(entry, (await entry.load())({} as CommandContext));
    const lines = Object.entries({ ...options, ...GLOBAL_OPTIONS }).flatMap(([name, option]) => {
      const letters = aliasesOf(option).filter((alias) => alias.length === 1);
      if (!takesValue(option))
        return [[`--${name}`], [`--no-${name}`], [`--${name}`, 'true'], ...letters.map((letter) => [`-${letter}`])];
      const [value = '5'] = valuesOf(option).filter(Boolean);
      return [
        ...letters.flatMap((letter) => [
          [`-${letter}`, value],
          [`-${letter}${value}`, `-${letter}=${value}`],
        ]),
        [`--${name}`, value],
        [`--${name}=${value}`, `--${name}=a: b,2s`],
        [`--${name}`, "'a'"],
      ];
    });
    const more = entry.command.includes('[') ? ['more'] : [];
    let plainly = 0;
    for (const line of lines) {
      const { plain, yargs } = await readings(entry, [...needed(entry), ...line, ...more]);
      if (plain === null) continue;
      plainly += 1;
      assert.deepEqual(plain, yargs, line.join(' '));
    }
    assert.ok(plainly > lines.length / 4);
  });
}

test('words, options among them, and words that are too few or too many', async () => {
  for (const [name, ...words] of [
    ['lint'],
    ['lint', 'a', '--format', 'json', 'b', '--fail-on=high', '--no-gitignore'],
    ['scan', '10.0.0.1', '--ports=80', '10.0.0.2', '--output', 'json=a', '--output', 'csv=b'],
    ['rules', 'show', 'a', 'b'],
    ['diff', 'a'],
    ['verify', 'https://ai.lan/?a=b'],
  ]) {
    const entry = COMMANDS.find((one) => one.name === name) as CommandEntry;
    const { plain, yargs } = await readings(entry, words);
    assert.notEqual(plain, null, words.join(' '));
    assert.deepEqual(plain, yargs, words.join(' '));
  }
});

test('whatever is in doubt is left to yargs', async () => {
  for (const [name, ...words] of [
    ['lint', '--help'],
    ['lint', '-h'],
    ['lint', '--fix', 'all'],
    ['lint', '--format'],
    ['lint', '--format', 'nonsense'],
    ['lint', '--all', '--all'],
    ['lint', '--failOn', 'high'],
    ['lint', '--', 'a'],
    ['lint', '-'],
    ['verify'],
    ['verify', 'a', 'b'],
  ]) {
    const entry = COMMANDS.find((one) => one.name === name) as CommandEntry;
    assert.equal((await readings(entry, words)).plain, null, words.join(' '));
  }
});
