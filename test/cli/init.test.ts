import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KITS } from '../../src/cli/init/kits.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { postern } from '../support/command.ts';
import { temporaryFolder } from '../support/running.ts';

const written = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('a configuration file that is valid as it is, and with every suggestion taken', async (t) => {
  const folder = temporaryFolder(t);

  const { code, out } = await postern(['init', '--directory', folder]);

  assert.equal(code, 0);
  assert.equal(out, `wrote ${folder}/postern.config.yaml\n`);
  const text = readFileSync(join(folder, 'postern.config.yaml'), 'utf8');
  assert.deepEqual((await readConfig('x', text)).config.shared, { 'fail-on': 'medium' });
  // `#key` is a suggestion, `# text` an explanation.
  const { config } = await readConfig('x', text.replace(/^#(?! \S)/gm, ''));
  assert.equal(config.ignore.length, 1);
  assert.equal(config.expect.length, 1);
  assert.equal(config.trust.length, 1);
  assert.ok(config.notify);
  assert.equal(Object.keys(config.rules).length, 2);
});

test('the rules it suggests exist', async (t) => {
  const folder = temporaryFolder(t);
  await postern(['init', '--directory', folder]);
  const path = join(folder, 'postern.config.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^#(?! \S)/gm, ''));

  const { code, err } = await postern(['scan', '--plan', '--config', path]);

  assert.equal(code, 0, err);
});

test('with everything', async (t) => {
  const folder = temporaryFolder(t);

  const { code, out } = await postern(['init', '--directory', folder, '--ci', Object.keys(KITS).join(',')]);

  assert.equal(code, 0);
  assert.deepEqual(written(folder), [
    '.github/workflows/postern.yml',
    '.gitlab/postern.gitlab-ci.yml',
    '.pre-commit-config.yaml',
    'postern-cronjob.yaml',
    'postern.config.yaml',
    'postern.service',
    'postern.timer',
  ]);
  assert.match(out, /next: pre-commit install/);
});

test('nothing is replaced unless that is said, and then nothing at all is written', async (t) => {
  const folder = temporaryFolder(t);
  const mine = join(folder, '.pre-commit-config.yaml');
  writeFileSync(mine, 'mine\n');
  const line = ['init', '--directory', folder, '--ci', 'pre-commit', '--ci', 'gitlab'];

  const refused = await postern(line);
  const names = written(folder);
  const forced = await postern([...line, '--force']);

  assert.equal(refused.code, 2);
  assert.match(refused.err, /\.pre-commit-config\.yaml is there already; nothing was written \(--force replaces\)\n$/);
  assert.deepEqual(names, ['.pre-commit-config.yaml']);
  assert.equal(forced.code, 0);
  assert.match(readFileSync(mine, 'utf8'), /id: postern/);
});

for (const [name, args, expected] of [
  ['an unknown kit', ['--ci', 'githb'], /--ci githb: expected one of github, .*; did you mean 'github'\?/],
  ['a place where nothing can be', ['--directory', '/etc/hostname'], /could not be written \(E/],
] as const) {
  test(`${name}: one line and exit 2`, async () => {
    const { code, err } = await postern(['init', ...args]);

    assert.equal(code, 2);
    assert.match(err, expected);
    assert.match(err, /^postern: [^\n]+\n$/);
  });
}
