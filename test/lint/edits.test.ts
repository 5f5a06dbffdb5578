import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';

function folderWith(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const OPEN = 'services:\n  ollama:\n    image: ollama/ollama # as it is\n    ports:\n      - "11434:11434"\n';

test('--fix leaves alone what changes who can connect, --fix=all mends it, and a second run is clean', async (t) => {
  const path = folderWith(t, 'compose.yaml', OPEN);

  const safe = await postern(['lint', path, '--fix']);
  const unchanged = readFileSync(path, 'utf8');
  const all = await postern(['lint', path, '--fix=all']);
  const again = await postern(['lint', path]);

  assert.equal(safe.code, 1);
  assert.match(safe.err, /1 more with --fix=all/);
  assert.equal(unchanged, OPEN);
  assert.equal(all.code, 0);
  assert.equal(readFileSync(path, 'utf8'), OPEN.replace('"11434:11434"', '"127.0.0.1:11434:11434"'));
  assert.equal(again.code, 0);
});

test('names of hosts are checked again together with their certificates', async (t) => {
  const path = folderWith(
    t,
    'client.py',
    'import ssl\nc = ssl.create_default_context()\nc.check_hostname = False\nc.verify_mode = ssl.CERT_NONE\n',
  );

  await postern(['lint', path, '--fix=all']);
  const again = await postern(['lint', path]);

  assert.match(readFileSync(path, 'utf8'), /check_hostname = True\nc\.verify_mode = ssl\.CERT_REQUIRED/);
  assert.equal(again.code, 0);
});

test('--diff shows the change and makes none', async (t) => {
  const path = folderWith(t, 'compose.yaml', OPEN);

  const { out, code } = await postern(['lint', path, '--fix=all', '--diff']);

  assert.equal(code, 0);
  assert.match(out, /^- {6}- "11434:11434"\n\+ {6}- "127\.0\.0\.1:11434:11434"$/m);
  assert.equal(readFileSync(path, 'utf8'), OPEN);
});

test('any published port: the place is the port as written, and mending it changes nothing else', async (t) => {
  const port = fc.integer({ min: 1, max: 65_535 }).map(String);
  const entry = fc.oneof(
    port.map((host) => `${host}:11434`),
    port.map((host) => `0.0.0.0:${host}:11434`),
    port.map((host) => `\${PORT:-${host}}:11434`),
    fc.constant('11434'),
    port.map((host) => `${host}:11434/tcp`),
  );
  const noise = fc.array(fc.constantFrom('# a remark', '', '    # deeper', 'x-other: {a: "b"}'), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      entry,
      noise,
      fc.constantFrom('"', "'"),
      fc.constantFrom('\n', '\r\n'),
      async (written, before, quote, end) => {
        const unique = [...before.filter((line) => !line.startsWith('x-')), 'x-first: 1'];
        const text = [
          ...unique,
          'services:',
          '  ollama:',
          '    image: ollama/ollama',
          '    ports:',
          `      - ${quote}${written}${quote} # why`,
          '',
        ].join(end);
        const path = folderWith(t, 'compose.yaml', text);

        const { findings } = JSON.parse((await postern(['lint', path, '--format', 'json'])).out) as ResultJson;
        await postern(['lint', path, '--fix=all']);
        const mended = readFileSync(path, 'utf8');
        const again = await postern(['lint', path]);

        const [{ location } = { location: undefined }] = findings;
        const line = text.split('\n')[(location?.line ?? 1) - 1] ?? '';
        assert.equal(line.slice((location?.column ?? 1) - 1, (location?.endColumn ?? 1) - 1), written);
        assert.equal(mended.replace('127.0.0.1::', '').replace('127.0.0.1:', ''), text.replace('0.0.0.0:', ''));
        assert.equal(again.code, 0, mended);
      },
    ),
    { numRuns: 40 },
  );
});

/** What is written, and what `--fix=all` leaves; where `--fix` makes something else of it, that as the third. */
const MENDED: readonly (readonly [path: string, before: string, all: string, safe?: string])[] = [
  ['.env', 'AI_VERIFY_SSL=false', 'AI_VERIFY_SSL=true'],
  ['.env', 'GIT_SSL_NO_VERIFY="1"', 'GIT_SSL_NO_VERIFY="0"'],
  ['a.sh', 'curl -k https://a.example.org/x', 'curl https://a.example.org/x'],
  ['a.sh', 'curl -fskL https://a.example.org/x', 'curl -fsL https://a.example.org/x'],
  ['a.sh', 'wget --no-check-certificate https://a.example.org/x', 'wget https://a.example.org/x'],
  ['a.sh', 'git config http.sslVerify false', 'git config http.sslVerify true'],
  ['a.sh', 'chmod 0644 server.key', 'chmod 0600 server.key', 'chmod 0640 server.key'],
  ['a.sh', 'chmod a+r server.key', 'chmod 600 server.key', 'chmod 640 server.key'],
  [
    'a.sh',
    'install -m 644 server.key /etc/ssl/server.key',
    'install -m 600 server.key /etc/ssl/server.key',
    'install -m 640 server.key /etc/ssl/server.key',
  ],
  [
    'a.sh',
    'install -m 644 -g ssl server.key /etc/x.key',
    'install -m 640 -g ssl server.key /etc/x.key',
    'install -m 640 -g ssl server.key /etc/x.key',
  ],
  ['a.sh', 'OLLAMA_HOST=0.0.0.0 ollama serve', 'OLLAMA_HOST=127.0.0.1 ollama serve'],
  ['a.sh', 'docker run -p 11434:11434 ollama/ollama', 'docker run -p 127.0.0.1:11434:11434 ollama/ollama'],
  [
    'Dockerfile',
    'FROM x\nCOPY --chmod=644 server.key /x/server.key',
    'FROM x\nCOPY --chmod=600 server.key /x/server.key',
    'FROM x\nCOPY --chmod=640 server.key /x/server.key',
  ],
  ['Dockerfile', 'FROM x\nENV NODE_TLS_REJECT_UNAUTHORIZED=0', 'FROM x\nENV NODE_TLS_REJECT_UNAUTHORIZED=1'],
  [
    'compose.yaml',
    'services:\n  a:\n    image: x/y\n    environment: [AI_VERIFY_SSL=False]',
    'services:\n  a:\n    image: x/y\n    environment: [AI_VERIFY_SSL=True]',
  ],
  [
    'compose.yaml',
    'services:\n  a:\n    image: x/y\n    environment: { V: x, AI_VERIFY_SSL: "${V:-no}" }',
    'services:\n  a:\n    image: x/y\n    environment: { V: x, AI_VERIFY_SSL: "${V:-yes}" }',
  ],
  [
    'compose.yaml',
    'services:\n  a:\n    image: x/y\n    secrets: [{ source: server.key, mode: 0444 }]',
    'services:\n  a:\n    image: x/y\n    secrets: [{ source: server.key, mode: 0400 }]',
    'services:\n  a:\n    image: x/y\n    secrets: [{ source: server.key, mode: 0440 }]',
  ],
  [
    'play.yml',
    '- hosts: a\n  tasks:\n    - name: b\n      copy: { dest: /x/server.key, mode: 0644 }',
    '- hosts: a\n  tasks:\n    - name: b\n      copy: { dest: /x/server.key, mode: "0600" }',
    '- hosts: a\n  tasks:\n    - name: b\n      copy: { dest: /x/server.key, mode: "0640" }',
  ],
  [
    'play.yml',
    '- hosts: a\n  tasks:\n    - name: b\n      get_url: { url: https://a.example.org, validate_certs: off }',
    '- hosts: a\n  tasks:\n    - name: b\n      get_url: { url: https://a.example.org, validate_certs: on }',
  ],
  ['a.tf', 'provider "x" {\n  insecure = true\n}', 'provider "x" {\n  insecure = false\n}'],
  [
    'a.tf',
    'resource "local_file" "k" {\n  filename = "server.key"\n  file_permission = "0644"\n}',
    'resource "local_file" "k" {\n  filename = "server.key"\n  file_permission = "0600"\n}',
    'resource "local_file" "k" {\n  filename = "server.key"\n  file_permission = "0640"\n}',
  ],
  ['a.py', 'import requests\nrequests.get(u, verify=False)', 'import requests\nrequests.get(u, verify=True)'],
  ['a.py', 'import ssl\nc = ssl._create_unverified_context()', 'import ssl\nc = ssl.create_default_context()'],
  [
    'a.py',
    'import os\nos.chmod("server.key", 0o644)',
    'import os\nos.chmod("server.key", 0o600)',
    'import os\nos.chmod("server.key", 0o640)',
  ],
  ['a.mjs', 'f({ rejectUnauthorized: false });', 'f({ rejectUnauthorized: true });'],
  ['a.ps1', 'Invoke-WebRequest https://a.example.org -SkipCertificateCheck', 'Invoke-WebRequest https://a.example.org'],
  [
    'Caddyfile',
    'a.example.org {\n reverse_proxy https://10.1.2.3 {\n  transport http {\n   tls_insecure_skip_verify\n  }\n }\n}',
    'a.example.org {\n reverse_proxy https://10.1.2.3 {\n  transport http {\n   \n  }\n }\n}',
  ],
  // What would not start, or is nobody's business, stays as it is.
  ['a.sh', 'curl -k https://localhost:8443/health', 'curl -k https://localhost:8443/health'],
  [
    'nginx.conf',
    'server {\n listen 80;\n location / {\n  proxy_pass https://10.1.2.3;\n  proxy_ssl_verify off;\n }\n}',
    'server {\n listen 80;\n location / {\n  proxy_pass https://10.1.2.3;\n  proxy_ssl_verify off;\n }\n}',
  ],
];

const REMARK: Readonly<Record<string, string>> = { 'a.mjs': '//' };

test('any mended line: exactly the span is changed, by --fix only what is safe, and there is nothing left to mend', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MENDED),
      fc.constantFrom('', 'a remark: "x" \'y\'', 'ümläut 😀 {[('),
      fc.constantFrom('\n', '\r\n'),
      async ([name, before, all, safe = before], remark, end) => {
        count += 1;
        const path = join(folder, `${count}`, name);
        mkdirSync(join(folder, `${count}`));
        const mark = REMARK[name] ?? '#';
        const whole = (text: string) => [`${mark} ${remark}`, ...text.split('\n'), ''].join(end);

        writeFileSync(path, whole(before));
        await postern(['lint', path, '--fix']);
        const afterSafe = readFileSync(path, 'utf8');
        writeFileSync(path, whole(before));
        await postern(['lint', path, '--fix=all']);
        const afterAll = readFileSync(path, 'utf8');
        const again = await postern(['lint', path, '--fix=all', '--diff']);

        assert.equal(afterSafe, whole(safe));
        assert.equal(afterAll, whole(all));
        assert.equal(again.out, '');
      },
    ),
    { numRuns: 60, examples: MENDED.map((row) => [row, '', '\n']) },
  );
});

test('--diff of an absolute path can be given to patch -p1', async (t) => {
  const path = folderWith(t, 'compose.yaml', OPEN);

  const { out } = await postern(['lint', path, '--fix=all', '--diff']);

  assert.equal(out.split('\n')[0], `--- a${path}`);
});

test('a comment sets a finding aside, says so, and is told when it does nothing', async (t) => {
  const path = folderWith(
    t,
    'compose.yaml',
    OPEN.replace(
      '      - "11434',
      '      # postern: ignore[unauthenticated-endpoint] only in the lab\n      - "11434',
    ).concat('  web:\n    image: example.org/acme/web # postern: ignore[default-credential] nothing here\n'),
  );

  const run = await postern(['lint', path]);
  const without = await postern(['lint', path, '--no-ignores']);

  assert.equal(run.code, 0);
  assert.match(run.out, /1 ignored/);
  assert.match(run.out, /unused-ignore/);
  assert.equal(without.code, 1);
});

test('a baseline sets aside what it has', async (t) => {
  const path = folderWith(t, 'compose.yaml', OPEN);
  const kept = `${path}.json`;

  const first = await postern(['lint', path, '--write-baseline', kept]);
  writeFileSync(path, `# one line down\n${OPEN}`);
  const second = await postern(['lint', path, '--baseline', kept]);

  assert.equal(first.code, 1);
  assert.equal(second.code, 0);
  assert.match(second.out, /1 in the baseline/);
});

test('nothing to read is said, and is no success', async (t) => {
  const path = folderWith(t, 'notes.txt', 'nothing');

  const run = await postern(['lint', path.replace(/\/[^/]*$/, '')]);

  assert.equal(run.code, 3);
  assert.match(run.out, /0 files/);
});

test('standard input is read under the name it is given', async () => {
  const run = await postern(['lint', '-', '--stdin-filename', 'deploy/compose.yaml', '--format', 'json'], {
    input: OPEN,
  });

  const { findings } = JSON.parse(run.out) as ResultJson;
  assert.deepEqual(
    findings.map(({ location }) => `${location.file}:${location.line}:${location.column}`),
    ['deploy/compose.yaml:5:10'],
  );
});
