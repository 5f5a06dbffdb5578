import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROXY_PROGRAMS } from '../../src/host/linux/proxy-programs.ts';
import { makeCertificate } from '../support/certificates.ts';
import { digestOf, procOf, type TreeFile } from './support/machine-tree.ts';
import { CONTAINER, check, EVERYWHERE, found, LOOPBACK, machine, OLLAMA } from './support/tree-check.ts';

/*
 * The configuration of a machine: which of it is in effect, and whether what runs is as it says.
 */

test('a unit that was edited after its process began', async (t) => {
  const root = machine(t, {
    ...procOf([OLLAMA], [[EVERYWHERE, 11_434, 5001]]),
    'etc/systemd/system/ollama.service':
      '[Service]\nExecStart=/usr/local/bin/ollama serve\nEnvironmentFile=-/etc/ollama/env\n',
    'etc/systemd/system/ollama.service.d/override.conf': {
      text: '[Service]\nEnvironment=OLLAMA_HOST=127.0.0.1\n',
      modified: '2026-11-20T09:00:00Z',
    },
    'etc/ollama/env': { text: 'HF_TOKEN=x\n', mode: 0o600 },
  });

  const { result } = await check(root);

  assert.deepEqual(found(result, 'outdated-process'), [
    '/etc/systemd/system/ollama.service.d/override.conf Ollama (ollama.service) runs since 2026-11-01 10:00 UTC; /etc/systemd/system/ollama.service.d/override.conf was changed on 2026-11-20 09:00 UTC and may not be in effect.',
  ]);
  assert.deepEqual(
    result.host.keyFiles.map(({ path, mode, namedBy }) => [path, mode, namedBy]),
    [['/etc/ollama/env', '0600', 'EnvironmentFile of ollama.service']],
  );
});

test('configuration in effect goes through the linter, and is held against what runs', async (t) => {
  const vllm = {
    pid: 300,
    argv: ['vllm', 'serve', 'm', '--host', '0.0.0.0'],
    cgroup: '0::/system.slice/vllm.service',
    holds: [5005],
  };
  const container = {
    ID: CONTAINER,
    State: { Running: true, Pid: 400 },
    Config: { Image: 'qdrant/qdrant', Labels: { 'com.docker.compose.project.config_files': '/srv/db/compose.yaml' } },
    NetworkSettings: {
      Networks: { bridge: { IPAddress: '172.17.0.3' } },
      Ports: { '6333/tcp': [{ HostIp: '0.0.0.0', HostPort: '6333' }] },
    },
  };
  const root = machine(t, {
    ...procOf(
      [{ ...OLLAMA, env: {} }, vllm],
      [
        [EVERYWHERE, 11_434, 5001],
        [EVERYWHERE, 8000, 5005],
      ],
    ),
    'etc/systemd/system/ollama.service':
      '[Service]\nExecStart=/usr/local/bin/ollama serve\nEnvironment=OLLAMA_HOST=127.0.0.1\n',
    'etc/systemd/system/vllm.service': '[Service]\nExecStart=/usr/bin/vllm serve m --host 0.0.0.0\n',
    [`var/lib/docker/containers/${CONTAINER}/config.v2.json`]: JSON.stringify(container),
    'srv/db/compose.yaml': `services:
  db:
    image: qdrant/qdrant
    ports: ["6333:6333"]
    env_file: [./db.env, { path: ../shared.env }]
    volumes: ["./tls/db.key:/tls/db.key:ro", "./data:/data"]
secrets:
  api: { file: ./api.txt }
  elsewhere: { file: "\${WHERE}/api.txt" }
`,
    'srv/db/.env': { text: 'TAG=latest\nPROXY_PASSWORD=x\n', mode: 0o600 },
    'srv/db/db.env': { text: 'UPSTREAM=http://user:pass@db/\n', mode: 0o644 },
    'srv/shared.env': { text: '# no token=\nQDRANT__LOG_LEVEL=INFO\n', mode: 0o644 },
    'srv/db/api.txt': { text: 'x\n', mode: 0o644 },
    'srv/db/tls/db.key': { text: makeCertificate().key, mode: 0o644 },
  });
  const before = digestOf(root);

  const { result, err } = await check(root, '--fix', '--dry-run');

  assert.deepEqual(
    result.host.keyFiles.map(({ path, mode, namedBy }) => [path, mode, namedBy]),
    [
      ['/srv/db/.env', '0600', '.env of the project'],
      ['/srv/db/api.txt', '0644', 'compose secret api'],
      ['/srv/db/db.env', '0644', 'env_file of db'],
      ['/srv/db/tls/db.key', '0644', 'volume of db'],
    ],
    'settings without a secret in them are for everybody to read',
  );
  assert.deepEqual(
    err.trimEnd().split('\n'),
    [
      'fix: left alone: /srv/db/api.txt: the account inside its container reads it as everybody may (compose secret api): give it a group that this account is in first (chgrp, chmod 640)',
      'fix: chmod 0640 /srv/db/db.env  (was 0644)',
      'fix: left alone: /srv/db/tls/db.key: the account inside its container reads it as everybody may (volume of db): give it a group that this account is in first (chgrp, chmod 640)',
    ],
    'compose reads what is in env_file; the rest is read by whoever runs in the container',
  );
  assert.deepEqual(found(result, 'configured-otherwise'), [
    '/etc/systemd/system/ollama.service /etc/systemd/system/ollama.service:3 declares Ollama on loopback; what runs is on 0.0.0.0, port 11434.',
  ]);
  const files = new Set(
    result.findings.filter(({ rule }) => rule === 'unauthenticated-endpoint').map(({ location }) => location.file),
  );
  assert.deepEqual([...files].sort(), ['/etc/systemd/system/vllm.service', '/srv/db/compose.yaml']);
  const contained = result.findings.find(({ location }) => location.file === '/srv/db/compose.yaml');
  assert.doesNotMatch(
    contained?.fix ?? '',
    /127\.0\.0\.1, api_key/,
    'the port is published on loopback, not bound to it',
  );
  assert.equal(digestOf(root), before);
});

test('configuration of what neither runs nor starts with this host does not decide', async (t) => {
  const files: Record<string, TreeFile> = {
    ...procOf([{ ...OLLAMA, pid: 1, argv: ['tini'], holds: [] }, OLLAMA], [[LOOPBACK, 11_434, 5001]]),
    'etc/nginx/nginx.conf':
      'http {\n  ssl_protocols TLSv1 TLSv1.2;\n  server {\n    listen 443 ssl;\n    ssl_certificate a.pem;\n  }\n}\n',
    'etc/systemd/system/vllm.service':
      '[Service]\nExecStart=/usr/bin/vllm serve m --host 0.0.0.0\n[Install]\nWantedBy=multi-user.target\n',
    'etc/systemd/system/multi-user.target.wants/nginx.service': { link: '/lib/systemd/system/nginx.service' },
    'etc/systemd/system/multi-user.target.wants/vllm.service': { link: '/etc/systemd/system/vllm.service' },
  };
  const booted = procOf([{ pid: 1, argv: ['systemd'] }], []);
  const nginx = procOf([{ pid: 700, argv: ['nginx'] }], []);
  const { 'etc/systemd/system/multi-user.target.wants/vllm.service': _, ...disabled } = files;
  const judged = async (tree: Readonly<Record<string, TreeFile>>): Promise<readonly unknown[]> => {
    const { findings } = (await check(machine(t, tree))).result;
    const active = findings.filter(({ state }) => state === 'active').map(({ location }) => location.file);
    return [...new Set(active)].sort();
  };
  const [site, unit] = ['/etc/nginx/nginx.conf', '/etc/systemd/system/vllm.service'];

  const { result, code } = await check(machine(t, files));

  assert.equal(code, 0, 'in a container nothing starts what is enabled');
  assert.notEqual(result.host.verdict.state, 'not-ready');
  const reasons = result.findings.flatMap(({ suppression }) => suppression?.reason ?? []);
  assert.deepEqual([...new Set(reasons)].sort(), [
    'nginx neither runs nor starts with this host',
    'vllm.service neither runs nor starts with this host',
  ]);
  assert.deepEqual(await judged({ ...files, ...nginx }), [site]);
  assert.deepEqual(await judged({ ...files, ...booted }), [site, unit]);
  assert.deepEqual(await judged({ ...disabled, ...booted }), [site]);
  const image = Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('proc/')));
  assert.deepEqual(await judged(image), [site, unit], 'what runs in an image is not known');
});

/** What a command line, as /proc shows it, makes of the files that are read. */
const COMMAND_LINES: readonly (readonly [string, string, readonly string[] | null])[] = [
  ['nginx', 'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;', ['usual']],
  ['nginx', 'nginx: master process nginx -c /srv/a.conf', ['/srv/a.conf']],
  ['nginx', 'nginx: master process nginx -p /srv/ai -c a.conf -g worker_processes 1;', ['/srv/ai/a.conf']],
  ['nginx', 'nginx: master process nginx -p ai -ca.conf', ['/cwd/ai/a.conf']],
  ['nginx', 'nginx: master process nginx -c a.conf', ['/usr/share/nginx/a.conf']],
  ['nginx', 'nginx: master process /opt/openresty/nginx/sbin/nginx', ['usual', '/opt/openresty/nginx/conf/nginx.conf']],
  ['nginx', 'nginx: worker process', null],
  ['caddy', 'caddy run --environ --config /etc/caddy/Caddyfile', ['/etc/caddy/Caddyfile']],
  ['caddy', 'caddy run', ['/cwd/Caddyfile']],
  ['caddy', 'caddy file-server --browse', []],
  ['haproxy', 'haproxy -Ws -f /etc/h/a.cfg -f b.cfg -p /run/h.pid', ['/etc/h/a.cfg', '/cwd/b.cfg']],
  ['haproxy', 'haproxy -C /srv -D -- a.cfg b.cfg', ['/srv/a.cfg', '/srv/b.cfg']],
  ['traefik', 'traefik --configFile=/srv/traefik.yml', ['/srv/traefik.yml']],
  ['traefik', 'traefik --api --providers.file.directory=/srv/dynamic', ['usual', '/srv/dynamic']],
  ['apache2', 'apache2 -f conf/ai.conf -k start', ['/etc/apache2/conf/ai.conf']],
];

test('what a proxy reads, by its command line', () => {
  for (const [program, line, expected] of COMMAND_LINES) {
    const reads = PROXY_PROGRAMS.find((one) => one.program === program)?.reads(line.split(' '), '/cwd');
    const files = reads && [...(reads.usual ? ['usual'] : []), ...reads.named.map(({ paths }) => paths[0])];
    assert.deepEqual(files, expected, line);
  }
});

test('a proxy that was started with other files: those count, with what they include, and the usual ones do not', async (t) => {
  const { key, cert } = makeCertificate();
  const site = (name: string): string =>
    `server {\n  listen 443 ssl;\n  ssl_protocols TLSv1;\n  ssl_certificate ${name}.crt;\n  ssl_certificate_key ${name}.key;\n}\n`;
  const pair = (path: string): Record<string, TreeFile> => ({
    [`${path}.key`]: { text: key, mode: 0o644 },
    [`${path}.crt`]: cert,
  });
  const files: Record<string, TreeFile> = {
    'etc/nginx/nginx.conf': 'http {\n  include conf.d/*.conf;\n}\n',
    'etc/nginx/conf.d/old.conf': site('old'),
    'etc/nginx/conf.d/both.conf': site('both'),
    'srv/ai/nginx.conf': 'http {\n  include sites/*.conf; include /etc/nginx/conf.d/both.conf;\n}\n',
    'srv/ai/sites/new.conf': site('tls/new'),
    ...pair('etc/nginx/old'),
    ...pair('etc/nginx/both'),
    ...pair('srv/ai/both'),
    ...pair('srv/ai/tls/new'),
  };
  const line = ['nginx:', 'master', 'process', 'nginx', '-p', '/srv/ai', '-c', 'nginx.conf'].join(' ');
  const nginx = { pid: 700, argv: [line], name: 'nginx' };
  const first = { pid: 1, argv: ['tini'] };
  const judged = async (tree: Readonly<Record<string, TreeFile>>, rule: string) => {
    const { findings } = (await check(machine(t, tree))).result;
    const of = (state: string): readonly (string | undefined)[] =>
      findings.filter((one) => one.rule === rule && one.state === state).map(({ location }) => location.file);
    const reasons = findings.flatMap(({ suppression }) => suppression?.reason ?? []);
    return { active: of('active'), suppressed: of('suppressed'), reasons: [...new Set(reasons)] };
  };

  const other = { ...files, ...procOf([first, nginx], []) };
  const protocols = await judged(other, 'obsolete-protocol');
  const keys = await judged(other, 'weak-key-permissions');
  const contained = await judged(
    { ...files, ...procOf([first, { pid: 7, argv: ['nginx'], cgroup: `0::/docker/${CONTAINER}` }], []) },
    'weak-key-permissions',
  );

  assert.deepEqual(protocols.active.toSorted(), ['/etc/nginx/conf.d/both.conf', '/srv/ai/sites/new.conf']);
  assert.deepEqual(protocols.suppressed, ['/etc/nginx/conf.d/old.conf']);
  assert.deepEqual(protocols.reasons, ['nginx was started with /srv/ai/nginx.conf instead']);
  assert.deepEqual(keys.active.toSorted(), ['/srv/ai/both.key', '/srv/ai/tls/new.key']);
  assert.deepEqual(keys.suppressed, ['/etc/nginx/old.key'], 'of what is idle, its keys are as well');
  assert.deepEqual(contained.active, [], 'an nginx in a container reads the files of its image');
});
