import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * The layering table of docs/architecture.md. Packages may be imported anywhere; rooms may not.
 */

const ROOMS = {
  model: [],
  system: ['model'],
  targets: ['model', 'system'],
  catalogue: ['model'],
  relate: ['model'],
  judge: ['model'],
  network: ['model', 'catalogue', 'system', 'tls'],
  tls: ['model', 'catalogue', 'system'],
  config: ['model', 'catalogue', 'system', 'tls'],
  report: ['model'],
  history: ['model', 'system', 'judge'],
  'config-file': ['model', 'system', 'catalogue'],
  notify: ['model', 'system'],
  merge: ['model', 'relate'],
  host: ['model', 'system', 'config'],
  audit: ['model', 'system', 'catalogue', 'targets', 'network', 'tls', 'host', 'relate', 'judge', 'merge', 'config'],
  cli: [
    'model',
    'system',
    'catalogue',
    'targets',
    'audit',
    'report',
    'history',
    'judge',
    'config',
    'config-file',
    'notify',
  ],
  '.': ['model', 'system', 'catalogue', 'targets', 'audit', 'report', 'history', 'judge', 'relate', 'network'],
} as const satisfies Record<string, readonly string[]>;

/** Only types may be taken from these rooms by those that are pure otherwise. */
const PURE = [
  'targets',
  'catalogue',
  'relate',
  'judge',
  'report',
  'history',
  'merge',
  'model',
  'notify',
  'config-file',
];

const OUTSIDE_WORLD =
  /^node:(fs|fs\/promises|net|tls|dns|dns\/promises|http|https|http2|child_process|os|process|timers|timers\/promises|worker_threads|cluster|dgram|readline|inspector)$/;
const AMBIENT =
  /(?<![\w.'"`])(console\.|process\.(?:argv|env|exit|exitCode|cwd|chdir|on|once|off|stdin|stdout|stderr|platform|arch|pid|kill|nextTick|hrtime|memoryUsage|cpuUsage|version|versions|umask|uptime|title|getuid|geteuid|emitWarning)\b|Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|setTimeout\(|setInterval\(|setImmediate\()/;
const OWN_PROCESS = /\b(?:const|let) (?:process\b|\{[^}]*\bprocess\b)|[({,]\s*process\b\s*[:,})]/;
const BRANDS = [
  { brand: 'AdmittedTarget', room: 'targets' },
  { brand: 'DeclaredRequest', room: 'catalogue' },
  { brand: 'RedactedText', room: 'model' },
  { brand: 'NotificationTarget', room: 'notify' },
];

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function roomOf(path: string): string {
  const [first = '', ...rest] = relative(src, path).split('/');
  return rest.length === 0 ? '.' : first;
}

function importsOf(text: string): { readonly specifier: string; readonly typeOnly: boolean }[] {
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[^'"`;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/gm,
  );
  return [...statements].map((match) => ({ specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }));
}

test('every source file stands in a known room', () => {
  const strangers = files.map((name) => roomOf(join(src, name))).filter((room) => !(room in ROOMS));

  assert.deepEqual([...new Set(strangers)], []);
});

test('rooms import only what the table allows', () => {
  const breaches: string[] = [];
  for (const name of files) {
    const path = join(src, name);
    const room = roomOf(path) as keyof typeof ROOMS;
    for (const { specifier, typeOnly } of importsOf(readFileSync(path, 'utf8'))) {
      if (!specifier.startsWith('.')) continue;
      const other = roomOf(resolve(dirname(path), specifier));
      const allowed: readonly string[] = ROOMS[room];
      if (other === room) continue;
      if (!allowed.includes(other)) breaches.push(`${name} imports ${specifier}`);
      else if (other === 'system' && PURE.includes(room) && !typeOnly)
        breaches.push(`${name} imports more than types from ${specifier}`);
    }
  }

  assert.deepEqual(breaches, []);
});

test('network asks the outside world only in its gatherers, and only through ports', () => {
  const breaches = files
    .filter((name) => name.startsWith('network/'))
    .flatMap((name) => importsOf(readFileSync(join(src, name), 'utf8')).map((entry) => ({ name, ...entry })))
    .filter(
      ({ specifier, typeOnly }) => specifier.includes('/system/') && (!specifier.endsWith('/ports.ts') || !typeOnly),
    );

  assert.deepEqual(breaches, []);
});

test('only system and its Node implementations touch the outside world', () => {
  const breaches: string[] = [];
  for (const name of files) {
    if (roomOf(join(src, name)) === 'system') continue;
    const text = readFileSync(join(src, name), 'utf8');
    for (const { specifier } of importsOf(text))
      if (OUTSIDE_WORLD.test(specifier)) breaches.push(`${name} imports ${specifier}`);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=\s|^)\/\/.*$/gm, '');
    const ambient = AMBIENT.exec(code);
    // A process that a file declares is no global.
    const own = ambient?.[1]?.startsWith('process.') === true && OWN_PROCESS.test(code);
    if (ambient && !own) breaches.push(`${name} uses ${ambient[1]}`);
  }

  assert.deepEqual(breaches, []);
});

test('each brand is given in one room only', () => {
  const breaches: string[] = [];
  for (const name of files) {
    const text = readFileSync(join(src, name), 'utf8');
    for (const { brand, room } of BRANDS) {
      if (new RegExp(`\\bas (unknown as )?${brand}\\b`).test(text) && roomOf(join(src, name)) !== room)
        breaches.push(`${name} casts to ${brand}`);
    }
  }

  assert.deepEqual(breaches, []);
});

test('no file of logic is longer than 300 lines', () => {
  const long = files
    .map((name) => ({ name, lines: readFileSync(join(src, name), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 300);

  assert.deepEqual(long, []);
});
