import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { postern } from '../support/command.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';

/*
 * Completions in the shells themselves.
 */

async function scriptFor(t: TestContext, shell: string): Promise<string> {
  const { code, out } = await postern(['completion', shell]);
  assert.equal(code, 0);
  const path = join(temporaryFolder(t), `_postern.${shell}`);
  writeFileSync(path, out);
  return path;
}

function run(program: string, args: readonly string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(error, undefined, String(error));
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

test('bash offers commands, options of the command, and values', async (t) => {
  const bash = requireProgram(t, 'bash');
  if (bash === null) return;
  const script = await scriptFor(t, 'bash');
  const offered = (...words: readonly string[]): string[] => {
    const line = `COMP_WORDS=(postern ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`;
    return run(bash, ['--norc', '-uc', `. ${script}; ${line}; _postern; printf '%s\\n' "\${COMPREPLY[@]}"`])
      .trim()
      .split('\n');
  };

  assert.deepEqual(offered('sc'), ['scan']);
  assert.deepEqual(
    offered('').filter((word) => !word.startsWith('-')),
    COMMANDS.map(({ name }) => name),
  );
  assert.deepEqual(offered('scan', '--fail'), ['--fail-on', '--fail-on-new']);
  assert.deepEqual(offered('scan', '--fail-on', 'c'), ['critical']);
  assert.deepEqual(offered('--no-config', 'report', '--format', 'sa'), ['sarif']);
  assert.deepEqual(offered('scan', '--output', 'x'), [''], 'files are for bash itself');
  assert.deepEqual(offered('rules', 're'), ['requests']);
});

test('fish offers commands, options of the command, and values', async (t) => {
  const fish = requireProgram(t, 'fish');
  if (fish === null) return;
  const script = await scriptFor(t, 'fish');
  const offered = (line: string): string[] =>
    run(fish, ['--no-config', '-c', `source ${script}; complete -C '${line}'`])
      .trim()
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '');

  assert.deepEqual(offered('postern sc'), ['scan']);
  assert.deepEqual(offered('postern '), COMMANDS.map(({ name }) => name).sort());
  assert.deepEqual(offered('postern scan --fail'), ['--fail-on', '--fail-on-new']);
  assert.deepEqual(offered('postern scan --fail-on cr'), ['critical']);
  assert.deepEqual(offered('postern rules re'), ['requests']);
  assert.deepEqual(offered('postern scan -'.concat('-sni')), ['--sni']);
});

test('zsh completes what is typed', async (t) => {
  const zsh = requireProgram(t, 'zsh');
  if (zsh === null) return;
  const script = await scriptFor(t, 'zsh');
  // An interactive shell of its own; the command says what it was given once the line is sent.
  const typed = (line: string): string => {
    const setup = `PROMPT=; autoload -U compinit && compinit -u -D; source ${script}; postern() { print -r -- "GOT:$*:" }`;
    const out = run(zsh, [
      '-fc',
      `zmodload zsh/zpty; zpty shell zsh -fi; zpty -w shell '${setup}; print READ''Y'
       zpty -r shell answer '*READY*'; zpty -w shell $'${line}'; zpty -r shell answer '*GOT:*:*'; print -r -- "$answer"`,
    ]);
    return /GOT:(.*):/.exec(out)?.[1] ?? out;
  };

  assert.equal(typed('postern sc\\t'), 'scan');
  assert.equal(typed('postern scan --passi\\t'), 'scan --passive');
  assert.equal(typed('postern scan --fail-on cri\\t'), 'scan --fail-on critical');
  assert.equal(typed('postern rules req\\t'), 'rules requests');
});

test('an unknown shell: one line and exit 2', async () => {
  const { code, err } = await postern(['completion', 'fsh']);

  assert.equal(code, 2);
  assert.equal(err, "postern: completion fsh: expected one of bash, zsh, fish; did you mean 'zsh'?\n");
});
