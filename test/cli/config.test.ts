import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { postern } from '../support/command.ts';
import { compiled } from '../support/compiled.ts';

/*
 * What the configuration file says reaches the command, and the command line wins over it.
 */

const directory = mkdtempSync(join(tmpdir(), 'postern-config-'));
after(() => rmSync(directory, { recursive: true }));

function file(name: string, body: string): string {
  const path = join(directory, name);
  writeFileSync(path, `schema: postern/config/1\n${body}`);
  return path;
}

async function inForce(args: readonly string[]) {
  const { code, out, err } = await postern([...args, '--print-config']);
  assert.equal(code, 0, err);
  return { text: out, scan: parse(out).scan ?? {}, tls: parse(out).tls ?? {} };
}

test('options of the file are in force where the command line is silent', async () => {
  const path = file('a.yaml', 'scan: { rate: 200, timeout: 5s, passive: true, ports: [11434, "@llm"] }\n');

  const { scan, text } = await inForce(['scan', '10.0.0.1', '--rate', '7', '--config', path]);

  assert.equal(scan.rate, 7);
  assert.equal(scan.timeout, 5000);
  assert.equal(scan.passive, true);
  assert.equal(scan.ports, '11434,@llm');
  assert.match(text, /rate: 7 {2}# command line/);
  assert.ok(text.includes(`timeout: 5000  # ${path}:2:20`), text);
  assert.match(text, /# retries: 1 {2}\(default\)/);
});

test('what is printed is a configuration file again', async () => {
  const path = file(
    'b.yaml',
    'fail-on: high\nrules: { no-tls13: { enabled: false } }\nscan: { targets: [10.0.0.1] }\n',
  );
  const { text } = await inForce(['scan', '--config', path]);
  writeFileSync(join(directory, 'again.yaml'), text);

  const again = await inForce(['scan', '--config', join(directory, 'again.yaml')]);

  assert.deepEqual(again.scan, { targets: ['10.0.0.1'], 'fail-on': 'high' });
});

test('exclusions of both count', async () => {
  const path = file('c.yaml', 'scan: { exclude: [10.0.0.1] }\n');

  const { scan } = await inForce(['scan', '10.0.0.0/29', '--exclude', '10.0.0.2', '--config', path]);

  assert.deepEqual(scan.exclude, ['10.0.0.1', '10.0.0.2']);
});

test('targets of the command line replace those of the file, wherever they come from', async () => {
  const path = file('d.yaml', 'scan: { targets: [10.0.0.1], local: true }\n');

  const { scan } = await inForce(['scan', '10.0.0.9', '--config', path]);

  assert.deepEqual(scan.targets, ['10.0.0.9']);
  assert.equal(scan.local, undefined);
});

test('a section goes before what holds for every command', async () => {
  const path = file('e.yaml', 'fail-on: high\nstrict: true\nscan: { fail-on: low }\n');

  assert.equal((await inForce(['scan', '10.0.0.1', '--config', path])).scan['fail-on'], 'low');
  assert.equal((await inForce(['tls', '10.0.0.1', '--config', path])).tls['fail-on'], 'high');
});

test('paths are taken from the directory of the file', async () => {
  const path = file(
    'f.yaml',
    'state: runs\nscan: { exclude-file: [no.txt], ca: [ca.pem, 10.0.0.0/8=own.pem], baseline: last }\n',
  );

  const { scan } = await inForce(['scan', '10.0.0.1', '--config', path]);

  assert.equal(scan.state, join(directory, 'runs'));
  assert.deepEqual(scan['exclude-file'], [join(directory, 'no.txt')]);
  assert.deepEqual(scan.ca, [join(directory, 'ca.pem'), `10.0.0.0/8=${join(directory, 'own.pem')}`]);
  assert.equal(scan.baseline, 'last');
});

test('what the file says of history waits for a run that has one', async () => {
  const path = file('h.yaml', 'state: runs\nscan: { keep: 5 }\n');

  const without = (await inForce(['scan', '10.0.0.1', '--config', path])).scan;
  const saving = (await inForce(['scan', '10.0.0.1', '--save', '--config', path])).scan;

  assert.deepEqual([without.state, without.keep], [undefined, undefined]);
  assert.deepEqual([saving.state, saving.keep], [join(directory, 'runs'), 5]);
});

test('diff and history look where the file says that runs are kept', async () => {
  const path = file('i.yaml', 'state: nights\n');

  const kept = await postern(['scan', '127.0.0.1', '-p', '1', '--save', '--config', path]);
  const history = await postern(['history', '--json', '--config', path]);
  const diff = await postern(['diff', '--config', path]);

  assert.equal(kept.err, '');
  assert.equal(history.code, 0);
  assert.equal(JSON.parse(history.out).length ?? JSON.parse(history.out).runs.length, 1);
  assert.match(diff.err, /only one run has been kept/);
});

for (const [name, body, args, expected] of [
  [
    'an unknown rule',
    'rules: { plaintxt-endpoint: { enabled: false } }',
    ['scan', '10.0.0.1', '--plan'],
    /did you mean 'plaintext-endpoint'/,
  ],
  [
    'a value that only the option can judge',
    'scan: { timeout: 100m }',
    ['scan', '10.0.0.1'],
    /:2:9: --timeout 100m: expected a duration/,
  ],
  [
    'an authority that is not there',
    'tls: { trust: [{ ca: none.pem }] }',
    ['tls', '127.0.0.1'],
    /:2:16: tls\.trust: .*none\.pem: does not exist/,
  ],
  [
    'a network that is none',
    'tls: { trust: [{ ca: x, targets: [10.0.0.0/99] }] }',
    ['tls', '127.0.0.1'],
    /:2:16: tls\.trust: '10\.0\.0\.0\/99': expected a prefix/,
  ],
  [
    'an output that is no format',
    'output: [{ format: xml, file: x }]',
    ['scan', '127.0.0.1'],
    /xml.*expected one of table/,
  ],
] as const) {
  test(`${name}: one line, exit 2`, async () => {
    const { code, err } = await postern([...args, '--config', file('bad.yaml', `${body}\n`)]);

    assert.equal(code, 2);
    assert.match(err, expected);
    assert.match(err, /^postern: [^\n]+\n$/);
  });
}

test('a configuration file that is not there is an error', async () => {
  const { code, err } = await postern(['scan', '127.0.0.1', '--config', '/nowhere/x.yaml']);

  assert.equal(code, 2);
  assert.match(err, /--config \/nowhere\/x\.yaml: does not exist/);
});

const MODULES = join(directory, 'modules.cjs');
writeFileSync(
  MODULES,
  `process.on('exit', () => {
     const loaded = Object.keys(require.cache).filter((path) => /node_modules.(yaml|ajv.dist.2020)/.test(path));
     process.stderr.write('LOADED ' + loaded.length + '\\n');
   });`,
);

function inDirectory(cwd: string, args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--require', MODULES, compiled('support/run-main'), ...args],
    { cwd, encoding: 'utf8' },
  );
  return { status, stdout, loaded: Number(/LOADED (\d+)/.exec(stderr)?.[1]) };
}

test('found upwards; nothing of YAML or schemas is loaded where there is none, or none is wanted', () => {
  const repository = join(directory, 'repository');
  mkdirSync(join(repository, 'deploy'), { recursive: true });
  mkdirSync(join(repository, '.git'));
  const plan = ['scan', '--plan'];

  const without = inDirectory(join(repository, 'deploy'), [...plan, '127.0.0.1']);
  writeFileSync(join(repository, 'postern.config.yaml'), 'schema: postern/config/1\nscan: { targets: [127.0.0.1] }\n');
  const found = inDirectory(join(repository, 'deploy'), plan);
  const unwanted = inDirectory(join(repository, 'deploy'), [...plan, '--no-config', '127.0.0.1']);

  assert.deepEqual([without.status, found.status, unwanted.status], [0, 0, 0]);
  assert.equal(found.stdout, without.stdout);
  assert.ok(found.loaded > 10);
  assert.deepEqual([without.loaded, unwanted.loaded], [0, 0]);
});
