import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { POSTERN } from '../support/child.ts';
import { postern } from '../support/command.ts';
import { temporaryFolder } from '../support/running.ts';

test('files of no format that are named, as a hook names them, are one line', async (t) => {
  const folder = temporaryFolder(t);
  const names = ['a.txt', 'b.txt', 'c.txt'].map((name) => join(folder, name));
  for (const name of names) writeFileSync(name, 'nothing that is deployed\n');

  const [all, one] = [await postern(['lint', ...names]), await postern(['lint', names[1] ?? ''])];

  assert.match(all.out, /^ *\S+a\.txt and 2 more: not read: in none of the formats that are read$/m);
  assert.equal(all.out.match(/none of the formats/g)?.length, 1);
  assert.match(one.out, /b\.txt: not read: in none of the formats that are read$/m);
});

test('lint goes by the configuration of the repository, from wherever in it', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, '.git'));
  mkdirSync(join(folder, 'dev'));
  const published = 'services:\n  ollama:\n    image: ollama/ollama\n    ports: ["11434:11434"]\n';
  writeFileSync(join(folder, 'dev', 'compose.yaml'), published);
  writeFileSync(
    join(folder, 'postern.config.yaml'),
    `schema: postern/config/1
lint:
  ignore:
    - { path: "dev/**", reason: laptops only }
    - { rule: weak-key, reason: nothing of the kind }
`,
  );
  const lint = (cwd: string, ...args: readonly string[]) => {
    const { status, stdout } = spawnSync(process.execPath, [POSTERN, 'lint', '--format', 'json', ...args], {
      cwd,
      encoding: 'utf8',
    });
    return { status, ...(JSON.parse(stdout) as { findings: { state: string }[]; troubles: { kind: string }[] }) };
  };

  const [top, below, without] = [lint(folder), lint(join(folder, 'dev')), lint(folder, '--no-config')];

  for (const { status, findings, troubles } of [top, below]) {
    assert.equal(status, 0);
    assert.ok(findings.length > 0);
    assert.deepEqual([...new Set(findings.map(({ state }) => state))], ['suppressed']);
    assert.deepEqual(
      troubles.map(({ kind }) => kind),
      ['unused-ignore'],
    );
  }
  assert.equal(without.status, 1);
});

test('what an entry of lint.ignore names must exist', async (t) => {
  const folder = temporaryFolder(t);
  const config = join(folder, 'postern.config.yaml');
  const error = async (entry: string) => {
    writeFileSync(config, `schema: postern/config/1\nlint:\n  ignore:\n    - { ${entry}, reason: x }\n`);
    const { err, code } = await postern(['lint', folder, '--config', config]);
    return [code, err.trim().replaceAll(folder, '.')];
  };

  assert.deepEqual(await error('rule: weak-kye'), [
    2,
    "postern: ./postern.config.yaml:4:9: lint.ignore: no rule has the id 'weak-kye'; did you mean 'weak-key'?",
  ]);
  assert.deepEqual(await error('rule: weak-key, service: qqqqqqqqqqqq'), [
    2,
    "postern: ./postern.config.yaml:4:25: lint.ignore: no service has the id 'qqqqqqqqqqqq'",
  ]);
  assert.equal((await error('service: ollama'))[0], 3);
});

test('a comment that names no rule is told which', async (t) => {
  const folder = temporaryFolder(t);
  const compose = join(folder, 'compose.yaml');
  const troubles = async (comment: string) => {
    writeFileSync(compose, `services:\n  a:\n    image: ollama/ollama\n    ports:\n      - 11434:11434 # ${comment}\n`);
    const { out } = await postern(['lint', compose, '--format', 'json']);
    const { findings, troubles } = JSON.parse(out) as {
      findings: { state: string }[];
      troubles: { kind: string; where: string; what: string }[];
    };
    return [
      findings.some(({ state }) => state === 'active'),
      ...troubles.map(({ kind, where, what }) => `${kind} ${where.slice(-2)} ${what}`),
    ];
  };

  assert.deepEqual(await troubles('postern: ignore[unauthenticated-endpont] x'), [
    true,
    "unknown-rule :5 ignores 'unauthenticated-endpont', and no rule has that id; did you mean 'unauthenticated-endpoint'?",
  ]);
  assert.deepEqual(await troubles('postern: ignore[unauthenticated-endpoint, zzz] x'), [
    false,
    "unknown-rule :5 ignores 'zzz', and no rule has that id",
  ]);
  assert.deepEqual(await troubles('postern: ignore[weak-key, zzz] x'), [
    true,
    "unknown-rule :5 ignores 'zzz', and no rule has that id",
    'unused-ignore :5 ignores weak-key, and there is nothing to ignore',
  ]);
  assert.deepEqual(await troubles('postern: ignore[unauthenticated-endpoint] x'), [false]);
});
