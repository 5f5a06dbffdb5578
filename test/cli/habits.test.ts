import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { helpText } from '../../src/cli/help.ts';
import { portsLine } from '../../src/cli/progress.ts';
import { nodeTerminal } from '../../src/system/node-terminal.ts';
import { POSTERN } from '../support/child.ts';
import { postern } from '../support/command.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';

/*
 * What people expect of a command: where things are said, in what colour, and how wide.
 */

const ESC = '\u001b';
const COLOUR = new RegExp(`${ESC}\\[[0-9;]*m`, 'g');
const LINK = new RegExp(`${ESC}\\]8;;([^${ESC}]+)${ESC}\\\\`, 'g');
const ANY_LINK = new RegExp(`${ESC}\\]8;;[^${ESC}]*${ESC}\\\\`, 'g');

const RESULT = fileURLToPath(new URL('../../fixtures/results/office-sweep.json', import.meta.url));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env;
  return spawnSync(process.execPath, [POSTERN, ...args], { encoding: 'utf8', env: { PATH, ...env } });
}

test('plain text when piped; NO_COLOR and FORCE_COLOR decide otherwise', () => {
  const [piped, forced, both] = [
    run(['report', RESULT]),
    run(['report', RESULT], { FORCE_COLOR: '1' }),
    run(['report', RESULT], { FORCE_COLOR: '1', NO_COLOR: '1' }),
  ].map(({ stdout }) => stdout);

  assert.ok(!piped?.includes(ESC));
  assert.ok(forced?.includes(`${ESC}[`));
  assert.equal(both, piped);
});

test('as wide as the terminal, and coloured on one', (t) => {
  const script = requireProgram(t, 'script');
  if (script === null) return;
  const out = join(temporaryFolder(t), 'out');
  const command = `stty cols 70; '${process.execPath}' '${POSTERN}' report '${RESULT}'`;

  const { status } = spawnSync(script, ['-qec', command, out], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm' },
  });

  assert.equal(status, 0);
  const { stdout } = spawnSync('cat', [out], { encoding: 'utf8' });
  assert.ok(stdout.includes(`${ESC}[`));
  const lines = stdout
    .replaceAll(COLOUR, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('Script'));
  assert.deepEqual(
    lines.filter((line) => [...line].length > 70),
    [],
  );
});

test('links only where the terminal is known to show them', () => {
  const links = (env: Readonly<Record<string, string>>): boolean => nodeTerminal(env).links;

  assert.equal(links({ FORCE_HYPERLINK: '1' }), true);
  assert.equal(links({ FORCE_HYPERLINK: '0', TERM_PROGRAM: 'WezTerm' }), false);
  // The tests' own standard output is no terminal.
  assert.equal(links({ TERM_PROGRAM: 'WezTerm' }), false);
});

test('a link leads to the endpoint and to what is known of the rule', () => {
  const { stdout } = run(['report', RESULT], { FORCE_HYPERLINK: '1' });
  const plain = run(['report', RESULT]).stdout;

  const targets = [...stdout.matchAll(LINK)].map(([, url]) => url);
  assert.ok(targets.length > 3);
  for (const url of targets) assert.match(url ?? '', /^https?:\/\/[!-~]+$/);
  assert.equal(stdout.replaceAll(ANY_LINK, ''), plain);
});

test('data on standard output, messages on standard error', async () => {
  const { out, err } = await postern(['scan', '127.0.0.1', '--plan', '--verbose', '--no-config']);

  assert.match(out, /^addresses/);
  assert.equal(err, 'postern: configuration: none\n');
});

test('--verbose says what it cost; --quiet says nothing; both is a mistake', async () => {
  const line = ['scan', '127.0.0.1', '-p', '1', '--format', 'json', '--no-config'];

  const [verbose, quiet, both] = [
    await postern([...line, '--verbose']),
    await postern([...line, '--quiet']),
    await postern([...line, '--quiet', '--verbose']),
  ];

  assert.match(verbose.err, /postern: took \d+\.\d s: 1 probes, 0 requests on 0 connections; /);
  assert.equal(quiet.err, '');
  assert.equal(both.code, 2);
  assert.match(both.err, /--quiet and --verbose/);
});

test('help fits its width and knows every command', () => {
  for (const columns of [60, 80, 200]) {
    const lines = helpText(columns).split('\n');

    assert.deepEqual(
      lines.filter((line) => line.length > columns),
      [],
    );
    for (const { name } of COMMANDS)
      assert.ok(
        lines.some((line) => line.trimStart().startsWith(name)),
        name,
      );
  }
});

test('help of a command comes from its own definition, also as postern help COMMAND', async () => {
  const [option, word] = [await postern(['tls', '--help']), await postern(['help', 'tls'])];

  assert.equal(option.code, 0);
  assert.match(option.out, /^postern tls \[hosts\.\.\]\n\ngrade TLS/);
  assert.equal(word.out, option.out);
});

test('how long it will take is said once something is known', () => {
  assert.equal(portsLine({ done: 0, of: 256 }, 0), '0 of 256 ports (0 %)');
  assert.equal(portsLine({ done: 64, of: 256 }, 10_000), '64 of 256 ports (25 %), 30 s left');
});
