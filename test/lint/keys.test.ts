import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ResultJson } from '../../src/report/contract.ts';
import { postern } from '../support/command.ts';
import { ecKeys, type Issued, issue, rsaKeys } from '../tls/support/issue.ts';

/*
 * Certificate and key files beside the configuration that names them, made here: none lies in the repository.
 */

const DAY = 86_400_000;
const fromNow = (days: number): string => `${new Date(Date.now() + days * DAY).toISOString().slice(0, 19)}Z`;
const NAMED = { dns: ['models.example.test'], from: fromNow(-10), to: fromNow(300) };

async function lint(t: TestContext, files: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { out } = await postern(['lint', folder, '--format', 'json', '--fail-on', 'low', ...options]);
  const { findings, troubles } = JSON.parse(out) as ResultJson;
  return {
    found: findings
      .map(({ rule, location }) => `${location.file?.slice(folder.length + 1)}:${location.line} ${rule}`)
      .sort(),
    troubles: troubles.map(({ where, what }) => `${where.slice(folder.length + 1)}: ${what}`),
  };
}

/** What is found of a certificate, without that its key lies in the tree. */
async function ofCertificate(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<string[]> {
  return (await lint(t, files, ...options)).found.filter((line) => !/committed-private-key|endpoint$/.test(line));
}

const EXPIRED: Issued = issue({ ...NAMED, from: '2019-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' });

/** Configurations that name `tls/server.crt` and `tls/server.key`, and the line on which they do. */
const CONFIGURATIONS: readonly (readonly [what: string, line: string, files: Readonly<Record<string, string>>])[] = [
  [
    'nginx',
    'nginx.conf:3',
    {
      'nginx.conf':
        'server {\n  listen 443 ssl;\n  ssl_certificate tls/server.crt;\n  ssl_certificate_key tls/server.key;\n  location / { proxy_pass http://127.0.0.1:9999; }\n}\n',
    },
  ],
  [
    'nginx in a container',
    'conf/site.conf:3',
    {
      'compose.yaml':
        'services:\n  front:\n    image: nginx:1.27\n    volumes:\n      - ./conf:/etc/nginx/conf.d:ro\n      - ./tls:/etc/nginx/tls:ro\n',
      'conf/site.conf':
        'server {\n  listen 443 ssl;\n  ssl_certificate /etc/nginx/tls/server.crt;\n  ssl_certificate_key /etc/nginx/tls/server.key;\n  location / { proxy_pass http://127.0.0.1:9999; }\n}\n',
    },
  ],
  [
    'a volume',
    'compose.yaml:5',
    {
      'compose.yaml':
        'services:\n  front:\n    image: example.org/acme/front\n    volumes:\n      - ./tls/server.crt:/srv/server.crt\n      - ./tls/server.key:/srv/server.key\n',
    },
  ],
  [
    'secrets',
    'compose.yaml:7',
    {
      'compose.yaml':
        'services:\n  front:\n    image: example.org/acme/front\n    secrets: [certificate, key]\nsecrets:\n  certificate:\n    file: ./tls/server.crt\n  key:\n    file: ./tls/server.key\n',
    },
  ],
  [
    'Caddy',
    'Caddyfile:2',
    { Caddyfile: 'models.example.test {\n\ttls tls/server.crt tls/server.key\n\trespond ok\n}\n' },
  ],
  [
    'Traefik',
    'dynamic.yml:3',
    {
      'dynamic.yml':
        'tls:\n  certificates:\n    - certFile: tls/server.crt\n      keyFile: tls/server.key\nhttp:\n  routers: {}\n',
    },
  ],
  [
    'uvicorn in code',
    'app.py:2',
    {
      'app.py':
        'import uvicorn\nuvicorn.run("a:b", host="127.0.0.1", ssl_certfile="tls/server.crt", ssl_keyfile="tls/server.key")\n',
    },
  ],
  [
    'uvicorn',
    'run.sh:2',
    {
      'run.sh': '#!/bin/sh\nuvicorn a:b --ssl-certfile tls/server.crt --ssl-keyfile tls/server.key\n',
    },
  ],
  [
    'gunicorn',
    'a.service:2',
    {
      'a.service':
        '[Service]\nExecStart=/srv/venv/bin/gunicorn -b 127.0.0.1:8000 --certfile tls/server.crt --keyfile tls/server.key a:b\n',
    },
  ],
  [
    'Node',
    'server.mjs:2',
    {
      'server.mjs':
        'import https from "node:https"; import { readFileSync } from "node:fs";\nhttps.createServer({ cert: readFileSync("tls/server.crt"), key: readFileSync("tls/server.key") }, () => {}).listen(443, "127.0.0.1");\n',
    },
  ],
  [
    'llama-server',
    'run.sh:2',
    {
      'run.sh':
        '#!/bin/sh\nllama-server -m a.gguf --api-key "$KEY" --ssl-cert-file=tls/server.crt --ssl-key-file=tls/server.key\n',
    },
  ],
  [
    'variables',
    'compose.yaml:4',
    {
      'compose.yaml':
        'services:\n  models:\n    image: ghcr.io/ggml-org/llama.cpp:server\n    environment: { LLAMA_ARG_SSL_CERT_FILE: /tls/server.crt, LLAMA_ARG_SSL_KEY_FILE: /tls/server.key }\n    volumes: ["./tls:/tls"]\n',
    },
  ],
];

for (const [what, line, files] of CONFIGURATIONS) {
  test(`a certificate that ${what} names: expired, of another key, in order`, async (t) => {
    const good = issue(NAMED);
    const other = issue(NAMED);
    const tree = (certificate: Issued, key: Issued) => ({
      ...files,
      'tls/server.crt': certificate.pem,
      'tls/server.key': key.keyPem,
    });

    const expired = await ofCertificate(t, tree(EXPIRED, EXPIRED));
    const mismatched = await ofCertificate(t, tree(good, other));
    const fine = await ofCertificate(t, tree(good, good));

    assert.deepEqual(expired, [`${line} expired`]);
    assert.deepEqual(mismatched, [`${line} mismatched-key`]);
    assert.deepEqual(fine, []);
  });
}

test('HAProxy: certificate and key in one file', async (t) => {
  const [good, other] = [issue(NAMED), issue(NAMED)];
  const files = (pem: string) => ({
    'haproxy.cfg':
      'frontend a\n  bind :443 ssl crt tls/server.pem\n  default_backend b\nbackend b\n  server c 127.0.0.1:9999\n',
    'tls/server.pem': pem,
  });

  const expired = await ofCertificate(t, files(EXPIRED.pem + EXPIRED.keyPem));
  const mismatched = await ofCertificate(t, files(good.pem + other.keyPem));
  const fine = await ofCertificate(t, files(good.pem + good.keyPem));

  assert.deepEqual(expired, ['haproxy.cfg:2 expired']);
  assert.deepEqual(mismatched, ['haproxy.cfg:2 mismatched-key']);
  assert.deepEqual(fine, []);
});

const NGINX = CONFIGURATIONS[0]?.[2] ?? {};

for (const [what, wish, rules] of [
  ['that expires soon', { ...NAMED, from: fromNow(-300), to: fromNow(5) }, ['expiring']],
  ['of tomorrow', { ...NAMED, from: fromNow(2), to: fromNow(300) }, ['not-yet-valid']],
  ['with a short key', { ...NAMED, keys: rsaKeys(1024) }, ['weak-key']],
  ['for no name', { from: NAMED.from, to: NAMED.to }, ['missing-san']],
  ['for clients', { ...NAMED, usage: '1.3.6.1.5.5.7.3.2' }, ['wrong-usage']],
  [
    'of an authority that signs with SHA-1',
    { ...NAMED, issuer: issue({ ca: true, keys: rsaKeys() }), hash: 'sha1' },
    ['weak-signature'],
  ],
] as const) {
  test(`a certificate ${what}`, async (t) => {
    const made = issue(wish);

    const found = await ofCertificate(t, { ...NGINX, 'tls/server.crt': made.pem, 'tls/server.key': made.keyPem });

    assert.deepEqual(
      found,
      rules.map((rule) => `nginx.conf:3 ${rule}`),
    );
  });
}

const ROOT = issue({ ca: true, subject: 'Root', from: fromNow(-900), to: fromNow(900) });
const BETWEEN = issue({ ca: true, subject: 'Between', issuer: ROOT, from: fromNow(-400), to: fromNow(400) });
const LAPSED = issue({ ca: true, subject: 'Between', issuer: ROOT, from: fromNow(-400), to: fromNow(-1) });
const LEAF = issue({ ...NAMED, issuer: BETWEEN, locatesIssuer: true, logged: true });
const PRIVATE = issue({ ...NAMED, issuer: BETWEEN, locatesIssuer: true });
const BELOW_LAPSED = issue({ ...NAMED, issuer: LAPSED });
const OLD_BETWEEN = issue({ ca: true, issuer: issue({ ca: true, keys: rsaKeys() }), hash: 'sha1' });

for (const [what, leaf, file, rules] of [
  ['with its intermediate', LEAF, LEAF.pem + BETWEEN.pem, []],
  ['without its intermediate', LEAF, LEAF.pem, ['incomplete-chain']],
  // The authority may be the root that all clients were given.
  ['of an authority of its own, alone', PRIVATE, PRIVATE.pem, []],
  ['behind its issuers', LEAF, LEAF.pem + ROOT.pem + BETWEEN.pem, ['misordered-chain']],
  ['of an authority that has expired', BELOW_LAPSED, BELOW_LAPSED.pem + LAPSED.pem, ['expired-authority']],
] as const) {
  test(`a certificate ${what}: what the file itself shows of its chain`, async (t) => {
    const found = await ofCertificate(t, { ...NGINX, 'tls/server.crt': file, 'tls/server.key': leaf.keyPem });

    assert.deepEqual(
      found,
      rules.map((rule) => `nginx.conf:3 ${rule}`),
    );
  });
}

test('an intermediate that is signed with SHA-1 is found below a good certificate', async (t) => {
  const leaf = issue({ ...NAMED, issuer: OLD_BETWEEN });

  const found = await ofCertificate(t, {
    ...NGINX,
    'tls/server.crt': leaf.pem + OLD_BETWEEN.pem,
    'tls/server.key': leaf.keyPem,
  });

  assert.deepEqual(found, ['nginx.conf:3 weak-signature']);
});

for (const [what, file, text] of [
  ['nginx', 'nginx.conf:3', (name: string) => (NGINX['nginx.conf'] ?? '').replace('{\n', `{ server_name ${name};\n`)],
  ['Caddy', 'Caddyfile:2', (name: string) => `${name} {\n\ttls tls/server.crt tls/server.key\n\trespond ok\n}\n`],
] as const) {
  test(`a certificate that ${what} serves under names it does not cover`, async (t) => {
    const { pem, keyPem } = issue(NAMED);
    const found = (names: string) =>
      ofCertificate(t, { [file.replace(/:.*/, '')]: text(names), 'tls/server.crt': pem, 'tls/server.key': keyPem });
    const both =
      what === 'Caddy' ? 'other.example.test, models.example.test' : 'other.example.test models.example.test';

    assert.deepEqual(await found('other.example.test'), [`${file} name-mismatch`]);
    assert.deepEqual(await found('*.example.org'), [`${file} name-mismatch`]);
    assert.deepEqual(await found(both), []);
    assert.deepEqual(await found('models.example.test'), []);
    // What callers are to dial is not told.
    assert.deepEqual(await found('localhost'), []);
  });
}

test('every server that names a certificate is held against its names, and those it does not cover are told as one', async (t) => {
  const server = (names: string) =>
    `server {\n  listen 443 ssl;\n  server_name ${names};\n  ssl_certificate tls/server.crt;\n  ssl_certificate_key tls/server.key;\n  location / { proxy_pass http://127.0.0.1:9999; }\n}\n`;
  const { pem, keyPem } = issue(NAMED);
  const config = (...names: string[]) => ({
    'nginx.conf': names.map(server).join(''),
    'tls/server.crt': pem,
    'tls/server.key': keyPem,
  });
  const tree = config('models.example.test', 'a.example.test', 'models.example.test b.example.test', 'c.example.test');
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'tls'));
  for (const [name, text] of Object.entries(tree)) writeFileSync(join(folder, name), text);

  const { out } = await postern(['lint', folder, '--format', 'json', '--fail-on', 'low']);

  const [finding, ...more] = (JSON.parse(out) as ResultJson).findings.filter(({ rule }) => rule === 'name-mismatch');
  assert.deepEqual(more, []);
  assert.match(finding?.message ?? '', /'a\.example\.test'/);
  assert.deepEqual(
    [finding?.location, ...(finding?.related ?? [])].map((place) => [place?.line, place?.says]),
    [
      [11, undefined],
      [1, 'is the certificate'],
      [24, '`c.example.test` is not covered either'],
    ],
  );
  assert.deepEqual(await ofCertificate(t, config('models.example.test', 'models.example.test')), []);
});

test('a certificate of a public authority that lives too long; one of an authority of its own may', async (t) => {
  const leaf = issue({ ...NAMED, to: fromNow(500), issuer: ROOT });
  const files = { ...NGINX, 'tls/server.crt': leaf.pem, 'tls/server.key': leaf.keyPem, 'roots.txt': ROOT.pem };
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'tls'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const rules = async (env: Readonly<Record<string, string>>) => {
    const { out } = await postern(['lint', folder, '--format', 'json', '--fail-on', 'low'], { env });
    return (JSON.parse(out) as ResultJson).findings.map(({ rule }) => rule).filter((rule) => /lifetime/.test(rule));
  };

  assert.deepEqual(await rules({ SSL_CERT_FILE: join(folder, 'roots.txt') }), ['overlong-lifetime']);
  assert.deepEqual(await rules({}), []);
});

test('an authority as server certificate; one that is only its own is hygiene, as is what signs itself', async (t) => {
  const [issued, own, plain] = [
    issue({ ...NAMED, ca: true, issuer: ROOT }),
    issue({ ...NAMED, ca: true }),
    issue(NAMED),
  ];
  const tree = ({ pem, keyPem }: Issued) => ({ ...NGINX, 'tls/server.crt': pem, 'tls/server.key': keyPem });
  const about = (lines: readonly string[]) => lines.filter((line) => /ca-certificate|self-signed/.test(line));

  assert.deepEqual(await ofCertificate(t, tree(issued)), ['nginx.conf:3 ca-certificate-as-leaf']);
  assert.deepEqual(await ofCertificate(t, tree(own)), []);
  assert.deepEqual(await ofCertificate(t, tree(plain)), []);
  assert.deepEqual(about(await ofCertificate(t, tree(own), '--pedantic')), [
    'nginx.conf:3 ca-certificate-as-leaf',
    'nginx.conf:3 self-signed',
  ]);
  assert.deepEqual(about(await ofCertificate(t, tree(plain), '--pedantic')), ['nginx.conf:3 self-signed']);
});

test('what callers are checked against, and what is only handed to a container, is no server certificate', async (t) => {
  const found = await ofCertificate(
    t,
    {
      'compose.yaml':
        'services:\n  front:\n    image: example.org/acme/front\n    environment: { SSL_CERT_FILE: /ca.crt }\n    volumes: ["./tls/ca.crt:/ca.crt"]\n',
      'tls/ca.crt': issue({ ca: true, issuer: ROOT, from: NAMED.from, to: NAMED.to }).pem,
    },
    '--pedantic',
  );

  assert.deepEqual(found, []);
});

test('what is no certificate is said, what is not there is not', async (t) => {
  const broken = await lint(t, { ...NGINX, 'tls/server.crt': 'nothing of the kind' });
  const absent = await lint(t, NGINX);
  const outside = await lint(t, {
    'nginx.conf': (NGINX['nginx.conf'] ?? '').replace('tls/server.crt', '../../../../../etc/hostname'),
  });

  assert.match(broken.troubles.join(), /^tls\/server\.crt: .*not a certificate/);
  assert.deepEqual([broken.found, absent.found, absent.troubles, outside.troubles], [[], [], [], []]);
});

const indented = (text: string, by: string): string => text.trimEnd().split('\n').join(`\n${by}`);

for (const [path, around] of [
  ['server.key', (key: string) => key],
  ['.env', (key: string) => `TLS_KEY="${key.trimEnd().replaceAll('\n', '\\n')}"\n`],
  ['compose.yaml', (key: string) => `services: {}\nsecrets:\n  a:\n    content: |\n      ${indented(key, '      ')}\n`],
  [
    'secret.yaml',
    (key: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata:\n  tls.key: ${Buffer.from(key).toString('base64')}\n`,
  ],
  [
    'cloud.yaml',
    (key: string) =>
      `#cloud-config\nwrite_files:\n  - path: /x\n    permissions: '0600'\n    content: |\n      ${indented(key, '      ')}\n`,
  ],
  ['a.sh', (key: string) => `#!/bin/sh\ncat > /x <<'END'\n${key}END\n`],
  ['a.tf', (key: string) => `resource "x" "y" {\n  key = <<END\n${key}END\n}\n`],
  ['app.py', (key: string) => `import os\nos.environ["A"] = ""\nKEY = """${key}"""\n`],
] as const) {
  test(`a private key in ${path} is found, and its certificate is not`, async (t) => {
    const { keyPem, pem } = issue({ ...NAMED, keys: ecKeys() });

    const found = await lint(t, { [path]: around(keyPem) });
    const near = await lint(t, { [path]: around(pem) });

    assert.deepEqual(
      found.found.map((line) => line.replace(/:\d+ /, ' ')),
      [`${path} committed-private-key`],
    );
    assert.deepEqual(near.found, []);
  });
}
