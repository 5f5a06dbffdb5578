import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';

/*
 * Files that were made to do harm. Each ends in bounded time; what cannot be read is said.
 */

async function lint(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  prepare?: (folder: string) => void,
) {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  prepare?.(folder);
  const { out, err, code } = await postern(['lint', folder, '--format', 'json']);
  assert.notEqual(code, 4, err);
  const result = JSON.parse(out) as ResultJson;
  return {
    code,
    rules: result.findings.map(({ rule, location }) => `${location.line} ${rule}`),
    troubles: result.troubles.map(({ where, what }) => `${where.slice(folder.length + 1)}: ${what}`),
  };
}

const OPEN = 'services:\n  ollama:\n    image: ollama/ollama\n    ports: ["11434:11434"]\n';

test('a bomb of aliases takes no more room than its text', { timeout: 20_000 }, async (t) => {
  const levels = Array.from(
    { length: 30 },
    (_, i) =>
      `x-${i}: &a${i} [${Array(20)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ')}]`,
  );

  const { rules } = await lint(t, {
    'compose.yaml': `${levels.join('\n')}\n${OPEN}    volumes: *a29\n    environment: *a29\n`,
  });

  assert.deepEqual(rules, ['34 unauthenticated-endpoint']);
});

test('routes of Caddy that multiply when they are nested, or lead to themselves', { timeout: 20_000 }, async (t) => {
  const match = Array.from({ length: 20 }, (_, i) => ({ header: { [`X-${i}`]: ['a'] } }));
  const proxy = { handler: 'reverse_proxy', upstreams: [{ dial: 'localhost:11434' }] };
  const nested = (depth: number): object =>
    depth === 0 ? proxy : { handler: 'subroute', routes: [{ match, handle: [nested(depth - 1)] }] };
  const again = { handler: 'invoke', name: 'again' };
  const server = (routes: object) => ({
    listen: [':8080'],
    named_routes: { again: { handle: [again, again] } },
    routes,
  });

  const { rules, troubles } = await lint(t, {
    'caddy.json': JSON.stringify({
      apps: {
        http: {
          servers: {
            nested: server([{ handle: [nested(15)] }]),
            circle: server([{ handle: [again] }]),
            plain: server([{ handle: [proxy] }]),
          },
        },
      },
    }),
  });

  assert.deepEqual(rules, ['1 proxy-without-auth']);
  assert.equal(troubles.filter((trouble) => /leads through more than/.test(trouble)).length, 2);
});

test('what is called like a method of every object is no name that means something', { timeout: 20_000 }, async (t) => {
  const route = {
    handle: [
      { handler: 'authentication', providers: { constructor: {} } },
      { handler: 'reverse_proxy', upstreams: [{ dial: 'localhost:11434' }] },
    ],
  };

  const { rules, troubles } = await lint(t, {
    'caddy.json': JSON.stringify({
      apps: { http: { servers: { constructor: { listen: [':80'], routes: [route] } } } },
    }),
    'route.yaml': 'apiVersion: traefik.io/v1alpha1\nkind: constructor\nmetadata: {name: a}\nspec: {a: b}\n',
    'nginx.conf': 'http { server { listen 80; location / { proxy_pass constructor://a; } } }',
    'app.py': 'import uvicorn\nuvicorn.run(app, ssl_keyfile="a.key", ssl_cert_reqs="constructor")\n',
    'main.tf': 'resource "kubernetes_constructor" "a" {\n  metadata {\n    name = "a"\n  }\n}\n',
    'a.container': '[Container]\nImage=a\nPodmanArgs=constructor b=c\n',
    'compose.yaml': `${OPEN}    environment: [OLLAMA_HOST=constructor://0.0.0.0]\n`,
  });

  assert.ok(rules.includes('4 proxy-bypass'), rules.join('\n'));
  assert.deepEqual(troubles, []);
});

test('an anchor inside of itself', { timeout: 20_000 }, async (t) => {
  const { rules } = await lint(t, { 'compose.yaml': `x: &a\n  <<: *a\n  y: *a\n${OPEN}` });

  assert.deepEqual(rules, ['7 unauthenticated-endpoint']);
});

for (const text of ['- ollama\n- web\n', 'services of ours\n', 'services: [ollama]\n']) {
  test(`a compose file without services by name: ${JSON.stringify(text)}`, async (t) => {
    const { troubles } = await lint(t, { 'compose.yaml': text });

    assert.match(troubles.join(), /^compose\.yaml:1:\d+: expected (a mapping that holds services|services by name)$/);
  });
}

for (const [name, text] of [
  ['brackets', `services: ${'['.repeat(100_000)}`],
  ['braces', `services: ${'{a: '.repeat(100_000)}`],
  ['indentation', `services:\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i + 1)}a:`).join('\n')}\n`],
  ['dashes', `services:\n${'- '.repeat(50_000)}x\n`],
] as const) {
  test(`nested too deep: ${name}`, { timeout: 20_000 }, async (t) => {
    const { troubles } = await lint(t, { 'compose.yaml': text });

    assert.equal(troubles.length, 1);
  });
}

test('100 MB are not read', { timeout: 20_000 }, async (t) => {
  const { code, troubles } = await lint(t, { 'compose.yaml': '' }, (folder) =>
    truncateSync(join(folder, 'compose.yaml'), 100_000_000),
  );

  assert.equal(code, 3);
  assert.match(troubles.join(), /compose\.yaml: is larger than \d+ bytes/);
});

test('includes and extends that lead in circles', { timeout: 20_000 }, async (t) => {
  const { rules, troubles } = await lint(t, {
    'compose.yaml': `include: [other.yaml]\n${OPEN}    extends: { service: second }\n  second:\n    extends: { service: ollama }\n`,
    'other.yaml': 'include: [compose.yaml]\nservices: {}\n',
  });

  assert.ok(rules.some((rule) => rule.endsWith('unauthenticated-endpoint')));
  assert.match(troubles.join('\n'), /leads back here/);
});

test('links in circles and out of the tree', { timeout: 20_000 }, async (t) => {
  const { rules, troubles } = await lint(t, { 'compose.yaml': OPEN }, (folder) => {
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    symlinkSync('/etc/hostname', join(folder, 'out.yaml'));
    symlinkSync('..', join(folder, 'up'));
    symlinkSync('.', join(folder, 'here'));
  });

  assert.deepEqual(rules, ['4 unauthenticated-endpoint']);
  assert.deepEqual(troubles.sort(), [
    'loop.yaml: is a link that leads nowhere or in circles',
    'out.yaml: is a link that leads out of the tree',
    'up: is a link that leads out of the tree',
  ]);
});

test('env_file and include do not leave the tree', { timeout: 20_000 }, async (t) => {
  const { troubles } = await lint(t, {
    'compose.yaml': `include: [/etc/passwd, ../../../../etc/passwd]\n${OPEN}    env_file: /etc/passwd\n`,
  });

  assert.equal(troubles.filter((what) => /is not there/.test(what)).length, 2);
});

for (const [name, bytes, reason] of [
  ['NUL', Buffer.from('services:\n\0\n'), /NUL/],
  ['invalid UTF-8', Buffer.from([0x73, 0x65, 0xff, 0xfe, 0x41]), /UTF-8/],
  ['random', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)), /NUL|UTF-8/],
] as const) {
  test(`no text: ${name}`, { timeout: 20_000 }, async (t) => {
    const { troubles } = await lint(t, { 'compose.yaml': bytes });

    assert.match(troubles.join(), reason);
  });
}

for (const [path, text, reason] of [
  ['compose.yaml', 'services: [\n', /is not YAML here/],
  ['.env', 'A="b\nC=1\n', /^\.env:1:3: a quote that nothing closes$/],
  ['main.tf', 'resource "aws_security_group" "a" {\n  ingress {\n', /^main\.tf:2:3: a block that nothing closes$/],
  ['main.tf', 'resource "a" "b" {\n}\n}\nresource "c" "d" {\n}\n', /^main\.tf:3:1: closes a block that nothing opens/],
  ['main.tf', `resource "a" "b" {${' x {'.repeat(100)}${'}'.repeat(101)}\n`, /is nested deeper than \d+ levels/],
  // Each string may end at any of the quotes behind it.
  ['main.tf', `resource "a" "b" {\n c = "${'${"'.repeat(5_000)}\n`, /a block that nothing closes/],
  ['nginx.conf', 'events {}\nhttp {\n server {\n  listen 80;\n', /block of server is not closed/],
  ['Caddyfile', ':80 {\n reverse_proxy localhost:11434\n', /a block that nothing closes/],
  ['app.py', 'import uvicorn\nuvicorn.run(app, host="0.0.0.0"\n', /not understood from here/],
] as const) {
  test(`broken, and said to be: ${path} ${JSON.stringify(text.slice(0, 40))}`, async (t) => {
    const { troubles } = await lint(t, { [path]: text });

    assert.match(troubles.join('\n'), reason);
  });
}

test('byte order mark and CRLF', { timeout: 20_000 }, async (t) => {
  const { rules } = await lint(t, {
    'compose.yaml': `\uFEFF${OPEN.replaceAll('\n', '\r\n')}`,
    '.env': '\uFEFFAI_VERIFY_SSL=false\r\n',
  });

  assert.deepEqual(rules.sort(), ['1 tls-verification-disabled', '4 unauthenticated-endpoint']);
});

test('10,000 lines of variables', { timeout: 20_000 }, async (t) => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `NAME_${i}=\${NAME_${i - 1}:-x}\${NAME_${i - 1}:-x}`);

  const { rules } = await lint(t, { '.env': `${lines.join('\n')}\nAI_VERIFY_SSL=false\n` });

  assert.deepEqual(rules, ['10001 tls-verification-disabled']);
});

for (const [name, text] of [
  ['elements that double', `a=(x y)\n${'a=("@{a[@]}" "@{a[@]}")\n'.repeat(60)}ollama serve "@{a[@]}"\n`],
  [
    'text that grows',
    Array.from({ length: 600 }, (_, i) => `export V${i}=x$V${i - 1}\nollama serve --a $V${i}\n`).join(''),
  ],
  [
    'keys and patterns',
    Array.from({ length: 1500 }, (_, i) => `openssl genrsa -out k${i}.key\nchmod 600 x${i}*.key\n`).join(''),
  ],
] as const) {
  test(`a script of ${name}`, { timeout: 60_000 }, async (t) => {
    await lint(t, { 'run.sh': text.replaceAll('@{', '${') });
  });
}

test('a script that exports too much for too many says so', { timeout: 60_000 }, async (t) => {
  const exported = Array.from({ length: 700 }, (_, i) => `export V${i}=x\n`).join('');

  const { troubles } = await lint(t, { 'run.sh': `${exported}${'true x\n'.repeat(200)}` });

  assert.match(troubles.join(), /exports more for more commands than is followed/);
});

test('2,000 ways through HAProxy', { timeout: 60_000 }, async (t) => {
  const numbers = Array.from({ length: 2000 }, (_, i) => i);
  const ways = numbers.map((i) => `  use_backend b${i} if { path_beg /h${i} }\n`).join('');
  const backends = numbers.map((i) => `backend b${i}\n  server s 127.0.0.1:${20_000 + i}\n`).join('');

  const { troubles } = await lint(t, { 'haproxy.cfg': `frontend a\n  bind :80\n${ways}${backends}` });

  assert.deepEqual(troubles, []);
});

for (const bait of [
  'a'.repeat(60_000),
  '-'.repeat(60_000),
  ' '.repeat(60_000),
  '"'.repeat(30_001),
  '${'.repeat(20_000),
  ':'.repeat(60_000),
  '='.repeat(60_000),
  '{{'.repeat(30_000),
  '\\'.repeat(60_001),
]) {
  test(`bait for patterns: ${bait.slice(0, 2)}`, { timeout: 30_000 }, async (t) => {
    await lint(t, {
      'compose.yaml': `services:\n  a:\n    image: ${bait}\n    command: ${bait}\n    ports: ['${bait.replaceAll("'", '')}']\n`,
      '.env': `A=${bait}\nPASSWORD=${bait}\n`,
      'nginx.conf': `server { listen 80; location / { proxy_pass http://${bait}; } }`,
      'run.sh': `ollama serve ${bait}\n`,
      Dockerfile: `FROM ${bait}\nRUN ${bait}\n`,
      'a.service': `[Service]\nExecStart=${bait}\n`,
      Caddyfile: `${bait} {\n reverse_proxy ${bait}\n}\n`,
      'app.py': `x = "${bait}"\n${bait}\n`,
    });
  });
}
