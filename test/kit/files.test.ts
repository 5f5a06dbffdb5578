import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { PROGRAM_VERSION } from '../../src/model/version.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { POSTERN } from '../support/child.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';

/*
 * What runs Postern elsewhere, tried as far as one machine goes.
 */

const text = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

const action = parse(text('action.yml'));

/** Runs the script of the action as a runner would, with an npx that writes down what it is asked. */
function runAction(t: TestContext, inputs: Readonly<Record<string, string>>, exit = 0) {
  const folder = temporaryFolder(t);
  const step = action.runs.steps[0];
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const npx = join(programs, 'npx');
  writeFileSync(npx, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/asked'\nexit ${exit}\n`);
  chmodSync(npx, 0o755);
  const values = Object.fromEntries(
    Object.entries(step.env as Record<string, string>).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)?.[1];
      assert.ok(input !== undefined && input in action.inputs, `${name} is one input and nothing else`);
      return [name, inputs[input] ?? String(action.inputs[input].default ?? '')];
    }),
  );
  const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run], {
    encoding: 'utf8',
    cwd: folder,
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      ...values,
    },
  });
  const asked = join(folder, 'asked');
  const output = join(folder, 'output');
  return {
    status,
    stderr,
    asked: existsSync(asked) ? readFileSync(asked, 'utf8').trimEnd().split('\n') : null,
    output: existsSync(output) ? readFileSync(output, 'utf8') : '',
    summary: join(folder, 'summary'),
    touched: existsSync(join(folder, 'touched')),
  };
}

test('the action lints, annotates and writes SARIF', (t) => {
  const { status, asked, output, summary } = runAction(t, {});

  assert.equal(status, 0);
  assert.deepEqual(asked, [
    '--yes',
    `postern@${PROGRAM_VERSION}`,
    'lint',
    '--output',
    'sarif=postern.sarif',
    '--output',
    `github-summary=${summary}`,
    '--format',
    'github',
  ]);
  assert.equal(output, 'sarif=postern.sarif\nexit-code=0\n');
});

test('the action fails as postern does, after saying where the SARIF is', (t) => {
  const { status, output } = runAction(t, { 'fail-on': 'high' }, 1);

  assert.equal(status, 1);
  assert.match(output, /exit-code=1/);
});

test('an input of the action is an argument, whatever it holds', (t) => {
  const hostile = 'a b; touch touched\n$(touch touched)\n`touch touched`\n--exclude=x y';

  const { asked, touched } = runAction(t, { arguments: hostile, annotations: 'false', sarif: '' });

  assert.deepEqual(asked?.slice(2), [
    'lint',
    'a b; touch touched',
    '$(touch touched)',
    '`touch touched`',
    '--exclude=x y',
  ]);
  assert.equal(touched, false);
});

for (const [name, inputs] of [
  ['another command', { command: 'rules' }],
  ['a version that floats', { version: 'latest' }],
] as const) {
  test(`the action refuses ${name}`, (t) => {
    const { status, asked, stderr } = runAction(t, inputs);

    assert.equal(status, 2);
    assert.equal(asked, null);
    assert.match(stderr, /expected/);
  });
}

test('the script of the action holds no expression', () => {
  for (const { run, shell } of action.runs.steps) {
    assert.equal(shell, 'bash');
    assert.doesNotMatch(run, /\$\{\{/);
  }
});

/** Keys of https://pre-commit.com/#creating-new-hooks. */
const HOOK_KEYS = ['id', 'name', 'description', 'entry', 'language', 'types', 'files', 'require_serial'];

test('the pre-commit hook has the shape that pre-commit asks for, and takes what can be deployed', () => {
  const [hook, ...others] = parse(text('.pre-commit-hooks.yaml'));

  assert.deepEqual(others, []);
  assert.deepEqual(Object.keys(hook), HOOK_KEYS);
  assert.equal(hook.language, 'node');
  const taken = new RegExp(hook.files);
  for (const path of [
    'compose.yaml',
    'a/docker-compose.prod.yml',
    'Dockerfile',
    '.env',
    'x/.env.example',
    'nginx.conf',
    'a.service',
  ])
    assert.match(path, taken);
  for (const path of ['README.md', 'src/main.ts', 'photo.png']) assert.doesNotMatch(path, taken);
});

test('what is pinned is this version, in every file', () => {
  for (const path of [
    'action.yml',
    'deploy/github/postern.yml',
    'deploy/gitlab/postern.gitlab-ci.yml',
    'deploy/kubernetes/cronjob.yaml',
  ]) {
    const versions = [...text(path).matchAll(/(?:postern[@:]|POSTERN_VERSION: |default: )(\d+\.\d+\.\d+)/g)];
    assert.ok(versions.length > 0, path);
    for (const [, version] of versions) assert.equal(version, PROGRAM_VERSION, path);
  }
});

test('commands and formats in every file are known', () => {
  const files = [
    'action.yml',
    'deploy/github/postern.yml',
    'deploy/gitlab/postern.gitlab-ci.yml',
    'deploy/systemd/postern.service',
  ];
  const formats = files.flatMap((path) => [
    ...[...text(path).matchAll(/--output "?([a-z-]+)=/g)].map((match) => match[1]),
    ...[...text(path).matchAll(/--format ([a-z-]+)/g)].map((match) => match[1]),
  ]);

  assert.ok(formats.length > 5);
  for (const format of formats)
    assert.ok(
      FORMATS.some((known) => known === format),
      format,
    );
  assert.ok(COMMANDS.some(({ name }) => name === 'scan'));
});

test('the workflow gives its token no more than it needs', () => {
  const workflow = parse(text('deploy/github/postern.yml'));

  assert.deepEqual(workflow.permissions, {});
  assert.deepEqual(workflow.jobs.lint.permissions, { contents: 'read', 'security-events': 'write' });
  assert.equal(workflow.jobs.lint.steps[0].with['persist-credentials'], false);
});

test('the CronJob runs as nobody, with nothing to write to but its runs', async () => {
  const [config, , job] = parseAllDocuments(text('deploy/kubernetes/cronjob.yaml')).map((document) => document.toJS());
  const { template } = job.spec.jobTemplate.spec;
  const [container] = template.spec.containers;

  await readConfig('x', config.data['postern.config.yaml']);
  assert.equal(template.spec.automountServiceAccountToken, false);
  assert.equal(template.spec.securityContext.runAsNonRoot, true);
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('systemd takes the units, and thinks well of them', (t) => {
  const analyze = requireProgram(t, 'systemd-analyze');
  if (analyze === null) return;
  const folder = temporaryFolder(t);
  const program = join(folder, 'postern');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  const service = join(folder, 'postern.service');
  writeFileSync(service, text('deploy/systemd/postern.service').replace('/usr/local/bin/postern', program));
  writeFileSync(join(folder, 'postern.timer'), text('deploy/systemd/postern.timer'));

  const verified = spawnSync(analyze, ['verify', '--man=no', service, join(folder, 'postern.timer')], {
    encoding: 'utf8',
  });
  const rated = spawnSync(analyze, ['security', '--offline=yes', '--threshold=20', service], { encoding: 'utf8' });

  assert.deepEqual([verified.status, verified.stderr], [0, '']);
  assert.equal(rated.status, 0, rated.stdout.split('\n').slice(-4).join('\n'));
});

test('our own linter finds nothing in them, hygiene included', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const line = ['lint', 'Dockerfile', 'deploy', '--pedantic', '--no-config', '--format', 'json'];

  const { status, stdout } = spawnSync(process.execPath, [POSTERN, ...line], { cwd: root, encoding: 'utf8' });

  assert.equal(status, 0);
  const { findings, coverage } = JSON.parse(stdout);
  assert.deepEqual(findings, []);
  assert.deepEqual(Object.keys(coverage.files.byFormat), ['dockerfile', 'kubernetes', 'systemd']);
});

test('the image runs as nobody, from files that are there', () => {
  const lines = text('Dockerfile').split('\n');
  const last = lines.lastIndexOf('FROM node:22-bookworm-slim');
  const copied = lines.slice(last).flatMap((line) => /^COPY --from=build (.+) \S+$/.exec(line)?.[1]?.split(' ') ?? []);

  assert.ok(lines.slice(last).includes('USER 10001:10001'));
  for (const path of copied) {
    const local = path.replace('/src/', '');
    assert.ok(existsSync(fileURLToPath(new URL(`../../${local}`, import.meta.url))), local);
  }
});
