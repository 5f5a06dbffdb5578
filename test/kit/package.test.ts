import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Script } from 'node:vm';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { PROGRAM_VERSION } from '../../src/model/version.ts';
import { FORMATS } from '../../src/report/formats.ts';

/*
 * What `npm publish` would send: small, whole, and nothing of ours that is nobody's business.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Far from this repository's own packages. */
const folder = mkdtempSync(join(tmpdir(), 'postern-pack-'));
const installed = join(folder, 'node_modules', 'postern');
/** The program as code of this V8. */
const KEPT = join(ROOT, 'dist', 'code', `${process.versions.v8}-${process.arch}`);
const MAX_PACKED_BYTES = 1_200_000;

let packed: { readonly size: number; readonly files: readonly string[] };

/** Packed and unpacked by npm and tar, as an installation would; without install scripts and without other packages. */
before(() => {
  mkdirSync(installed, { recursive: true });
  process.once('exit', () => spawnSync('rm', ['-rf', folder]));
  const { stdout, status, stderr } = spawnSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: ROOT, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const [{ filename, size, files }] = JSON.parse(stdout) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  packed = { size, files: files.map(({ path }) => path) };
  const unpacked = spawnSync('tar', ['xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
  assert.equal(unpacked.status, 0);
});

test('what a user needs and nothing else', () => {
  const belongs =
    /^(package\.json|README\.md|LICENSE|bin\/postern\.js|deploy\/.*|docs\/schema\/[^/]+\.json|dist\/app\/[^/]+\.(js|txt)|dist\/rules\/([a-z-]+\.json|((rules|services)-predicates|(result|config)-validator)\.js)|dist\/types\/.*\.d\.ts)$/;

  assert.deepEqual(
    packed.files.filter((path) => !belongs.test(path)),
    [],
  );
  for (const path of ['dist/app/program.js', 'dist/app/THIRD-PARTY-NOTICES.txt', 'dist/types/index.d.ts', 'LICENSE'])
    assert.ok(packed.files.includes(path), path);
  assert.ok(packed.size < MAX_PACKED_BYTES, `${packed.size} bytes`);
});

test('nothing in it names the machine it was made on', () => {
  const telling = packed.files.filter((path) => readFileSync(join(installed, path), 'utf8').includes(ROOT));

  assert.deepEqual(telling, []);
});

test('it runs without any other package', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(installed, 'bin', 'postern.js'), ...args], { cwd: folder, encoding: 'utf8' });

  assert.equal(run('--version').stdout, `${PROGRAM_VERSION}\n`);
  for (const args of [
    ['explain', 'plaintext-endpoint'],
    ['scan', '10.0.0.1', '--plan', '--no-config'],
    ['init', '--directory', folder],
    ['scan', '10.0.0.1', '--plan', '--config', join(folder, 'postern.config.yaml')],
    ['tls', '--help'],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 0, stderr);
  }
  assert.ok(statSync(join(installed, 'bin', 'postern.js')).mode & 0o100, 'executable');
});

test('what is loaded late works in the bundle too: every format, the rule book, schemas of rule files', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(installed, 'bin', 'postern.js'), ...args], { cwd: folder, encoding: 'utf8' });
  const saved = join(ROOT, 'fixtures', 'results', 'office-sweep.json');
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  writeFileSync(join(rules, 'broken.yaml'), 'id: broken\nsubject: endpoint\n');

  const outputs = FORMATS.map((format) => ({ format, file: join(folder, `report-${format}`) }));
  const written = run('report', saved, ...outputs.flatMap(({ format, file }) => ['--output', `${format}=${file}`]));
  assert.equal(written.status, 0, written.stderr);
  for (const { format, file } of outputs) assert.ok(statSync(file).size > 0, format);
  assert.match(run('rules', 'validate', rules).stderr, /broken\.yaml:1:1: .*is missing/);
  assert.match(run('diff', saved, saved).stdout, /postern diff/);
  for (const shell of ['bash', 'zsh', 'fish']) assert.equal(run('completion', shell).status, 0);
});

test('the library can be imported and has types', () => {
  const program = `import { openCatalogue, UsageError, type ResultDocument } from 'postern';
const { rules } = await openCatalogue();
const command: ResultDocument['command'] = 'scan';
if (rules.length === 0 || command !== 'scan') throw new UsageError('empty');
`;
  writeFileSync(join(folder, 'use.mts'), program);
  writeFileSync(join(folder, 'use.mjs'), program.replace(', type ResultDocument', '').replace(/: Result.*\]/, ''));
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'));

  const ran = spawnSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' });
  const flags = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    'use.mts',
  ];
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const checked = spawnSync(tsc, flags, { cwd: folder, encoding: 'utf8' });

  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(checked.status, 0, checked.stdout);
});

test('where it was built, V8 takes the code of every part that lint, tls and scan need', async () => {
  const { load, scripts } = createRequire(import.meta.url)(join(KEPT, 'loader.cjs')) as {
    load(path: string): Record<string, unknown>;
    scripts: ReadonlyMap<string, Script>;
  };
  const parts = readdirSync(join(ROOT, 'dist', 'app')).filter((name) => /^run-(lint|tls|scan)-/.test(name));

  for (const name of parts) load(`app/${name}`);

  assert.equal(parts.length, 3);
  assert.deepEqual(
    [...scripts].flatMap(([path, { cachedDataRejected }]) => (cachedDataRejected === false ? [] : [path])),
    [],
  );
});

test('letters beyond ASCII are in the code that is kept as they are in the modules', () => {
  const letters = (text: string) => text.match(/[^\0-\x7f]/g)?.join('') ?? '';
  const index: Record<string, [number, number, number, BufferEncoding]> = JSON.parse(
    readFileSync(join(KEPT, 'index.json'), 'utf8'),
  );
  const octets = readFileSync(join(KEPT, 'parts'));

  const beyond = Object.entries(index).map(([path, [begin, ofText, , encoding]]) => ({
    module: letters(readFileSync(join(ROOT, 'dist', path), 'utf8')),
    kept: letters(octets.toString(encoding, begin, begin + ofText)),
  }));

  assert.ok(beyond.some(({ module }) => module !== ''));
  assert.deepEqual(
    beyond.map(({ kept }) => kept),
    beyond.map(({ module }) => module),
  );
});

test('where the code that is kept is not whole, the modules run', () => {
  const other = join(folder, 'half');
  const code = join(other, 'dist', 'code', basename(KEPT));
  for (const path of ['bin', 'dist']) mkdirSync(join(other, path), { recursive: true });
  copyFileSync(join(ROOT, 'bin', 'postern.js'), join(other, 'bin', 'postern.js'));
  writeFileSync(join(other, 'package.json'), '{ "type": "module" }');
  for (const part of ['app', 'rules']) symlinkSync(join(ROOT, 'dist', part), join(other, 'dist', part));
  cpSync(KEPT, code, { recursive: true });
  truncateSync(join(code, 'parts'), 100_000);

  const run = spawnSync(process.execPath, [join(other, 'bin', 'postern.js'), '--version'], { encoding: 'utf8' });

  assert.deepEqual([run.stdout, run.stderr, run.status], [`${PROGRAM_VERSION}\n`, '', 0]);
});

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });

  const said = messages.map((message) => formatMessage(message, pkg, { color: false }));
  // There is no public repository to name yet.
  assert.deepEqual(
    said.filter((text) => !text?.includes('pkg.repository')),
    [],
  );
});

test('every package in the bundle comes with its licence', () => {
  const notices = readFileSync(join(installed, 'dist', 'app', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const parts = notices.split('-'.repeat(80));

  assert.ok(parts.length > 10);
  for (const part of parts)
    assert.match(
      part,
      /(permission|Permission|PERMISSION|Redistribution|Apache License|ships without the text)/,
      part.slice(0, 80),
    );
  assert.ok(readdirSync(join(installed, 'dist', 'app')).length > 20);
});
