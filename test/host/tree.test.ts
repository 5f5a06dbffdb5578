import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { watchedDoors } from '../../src/audit/check-coverage.ts';
import { makeCertificate } from '../support/certificates.ts';
import { postern } from '../support/command.ts';
import { requireProgram } from '../support/program.ts';
import { answer, startReceiver } from '../support/receiver.ts';
import { temporaryFolder } from '../support/running.ts';
import { digestOf, procOf, type TreeFile, writeTree } from './support/machine-tree.ts';
import { type CheckJson, resultOf } from './support/namespace.ts';

/*
 * A tree that stands for a machine: what is read of it, and that nothing in it changes.
 */

const LOOPBACK = '0100007F';
const EVERYWHERE = '00000000';
const CONTAINER = 'c0ffee'.repeat(10).padEnd(64, '0');

const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;
/** Whoever runs the tests owns the files. */
const owner = uid === 0 ? 'root' : 'tester';

const PASSWD = [
  'root:x:0:0:root:/root:/bin/bash',
  'ollama:x:998:998::/usr/share/ollama:/bin/false',
  'alice:x:1000:1000::/home/alice:/bin/bash',
  ...(uid === 0 ? [] : [`tester:x:${uid}:${gid}::/home/tester:/bin/bash`]),
].join('\n');
const GROUP = ['root:x:0:', 'ssl-cert:x:110:', ...(gid === 0 ? [] : [`tester:x:${gid}:`])].join('\n');

function machine(t: TestContext, files: Readonly<Record<string, TreeFile>>): string {
  const root = temporaryFolder(t);
  writeTree(root, { 'etc/passwd': PASSWD, 'etc/group': GROUP, ...files });
  return root;
}

async function check(
  root: string,
  ...args: readonly string[]
): Promise<{ result: CheckJson; err: string; code: number }> {
  const run = await postern(['check', '--root', root, '--format', 'json', ...args]);
  return { result: resultOf(run), err: run.err, code: run.code };
}

const found = (result: CheckJson, rule: string): readonly string[] =>
  result.findings
    .filter((finding) => finding.rule === rule)
    .map(({ location, message }) => `${location.file ?? `${location.host}:${location.port}`} ${message}`);

const OLLAMA = {
  pid: 100,
  argv: ['/usr/local/bin/ollama', 'serve'],
  env: { OLLAMA_HOST: '127.0.0.1', HOME: '/usr/share/ollama' },
  uid: 998,
  cgroup: '0::/system.slice/ollama.service',
  holds: [5001],
};

test('listeners with their processes, units and users; what nobody told of is said', async (t) => {
  const root = machine(
    t,
    procOf(
      [OLLAMA],
      [
        [EVERYWHERE, 11_434, 5001],
        [LOOPBACK, 631, 5002],
      ],
    ),
  );
  const before = digestOf(root);

  const { result, code } = await check(root);

  const [cups, ollama] = result.host.listeners;
  assert.equal(cups?.process, null);
  assert.deepEqual(ollama?.recognised, { service: 'ollama', name: 'Ollama', by: 'runs `ollama serve`' });
  assert.deepEqual(
    [ollama?.process?.unit, ollama?.process?.user, ollama?.process?.startedAt],
    ['ollama.service', 'ollama', '2026-11-01T10:00:00.000Z'],
  );
  assert.equal(result.host.asked, false, 'a tree is not this machine: nothing is asked');
  assert.deepEqual(found(result, 'wider-than-configured'), [
    '0.0.0.0:11434 Ollama was told to listen on 127.0.0.1 (OLLAMA_HOST), and listens on 0.0.0.0:11434.',
  ]);
  assert.equal(code, 1);
  assert.equal(digestOf(root), before);
});

test('runs are kept and compared: what is known, what is new, what was mended; news is told', async (t) => {
  await using hook = await startReceiver([answer(200)]);
  const root = machine(t, procOf([OLLAMA], [[EVERYWHERE, 11_434, 5001]]));
  const mended = machine(t, procOf([OLLAMA], [[LOOPBACK, 11_434, 5001]]));
  const state = ['--state', temporaryFolder(t)];

  const first = await check(root, ...state, '--save', '--notify', hook.url);
  const known = await check(root, ...state, '--baseline', 'last', '--fail-on-new', '--notify', hook.url);
  const counted = await check(root, ...state, '--baseline', 'last');
  await check(mended, ...state, '--save');
  const { out } = await postern(['diff', ...state, '--format', 'json']);

  assert.deepEqual([first.code, known.code, counted.code], [1, 0, 1]);
  const [told, ...more] = hook.received.map(({ body }) => JSON.parse(body));
  assert.deepEqual(more, [], 'the second run has no news');
  assert.ok(told.urgent > 0);
  assert.equal(told.new.command, 'check');
  const states = known.result.findings.map((finding) => [finding.rule, finding.state]);
  assert.ok(states.some(([rule, found]) => rule === 'wider-than-configured' && found === 'baselined'));
  assert.equal(known.result.host.verdict.state, 'not-ready', 'what is known is no more ready for that');
  const fixed = JSON.parse(out).findings.fixed.map(({ finding }: { finding: { rule: string } }) => finding.rule);
  assert.ok(fixed.includes('wider-than-configured'), out);
});

test('doors that earlier runs found: asked, without a socket, and of another machine', () => {
  const at = { interface: 'eth0', address: '192.168.77.5', network: '192.168.77.0/24', reach: 'lan' } as const;
  const asked = { port: 8000, at, bound: true, state: 'filtered', endpoint: null, target: null } as const;
  const unasked = { kind: 'socket', address: '0.0.0.0', port: 8001, dualStack: null, forwardsTo: null } as const;

  const doors = watchedDoors(
    new Set(['192.168.77.5:8000', '192.168.77.5:8001', '192.168.77.5:9000', '10.0.0.1:8000']),
    [asked],
    [{ ...unasked, process: null, recognised: null }],
    [at],
  );

  assert.deepEqual(
    doors.map(({ port, state }) => [port, state]),
    [
      [8000, 'filtered'],
      [9000, 'closed'],
    ],
  );
});

test('a service without authentication that listens everywhere is named without a question', async (t) => {
  const told = { ...OLLAMA, env: {} };
  const llama = { pid: 200, argv: ['llama-server', '--host', '0.0.0.0'], holds: [5004] };
  const keyed = { pid: 300, argv: ['vllm', 'serve', 'm', '--api-key', 'correct-horse'], holds: [5005] };
  const root = machine(
    t,
    procOf(
      [told, llama, keyed],
      [
        [EVERYWHERE, 11_434, 5001],
        [EVERYWHERE, 8080, 5004],
        [EVERYWHERE, 8000, 5005],
      ],
    ),
  );

  const { result } = await check(root);

  // No address of the tree's machine is known, so how far it reaches is not either.
  assert.deepEqual(
    result.host.exposures.map(({ port, reach }) => [port, reach]),
    [
      [8000, 'unknown'],
      [8080, 'unknown'],
      [11_434, 'unknown'],
    ],
  );
  assert.equal(result.host.verdict.state, 'undecided');
  assert.doesNotMatch(JSON.stringify(result), /correct-horse/);
});

test('a container that Docker published without a proxy process', async (t) => {
  const container = {
    ID: CONTAINER,
    Name: '/llm',
    State: { Running: true, Pid: 400 },
    Config: {
      Image: 'ollama/ollama:latest',
      Labels: { 'com.docker.compose.project.config_files': '/srv/llm/compose.yaml' },
    },
    NetworkSettings: {
      Networks: { bridge: { IPAddress: '172.17.0.2' } },
      Ports: { '11434/tcp': [{ HostIp: '0.0.0.0', HostPort: '11434' }] },
    },
  };
  const root = machine(t, {
    ...procOf([{ pid: 400, argv: ['/bin/ollama', 'serve'], cgroup: `0::/system.slice/docker-${CONTAINER}.scope` }], []),
    [`var/lib/docker/containers/${CONTAINER}/config.v2.json`]: JSON.stringify(container),
    'etc/ufw/ufw.conf': 'ENABLED=yes\n',
  });

  const { result } = await check(root);

  const [listener] = result.host.listeners;
  assert.deepEqual(
    [listener?.kind, listener?.address, listener?.forwardsTo, listener?.process?.container, listener?.process?.image],
    ['dnat', '0.0.0.0', '172.17.0.2:11434', CONTAINER.slice(0, 12), 'ollama/ollama:latest'],
  );
  assert.equal(result.host.exposures[0]?.pastFirewall, true);
});

test('a unit that was edited after its process began', async (t) => {
  const root = machine(t, {
    ...procOf([OLLAMA], [[EVERYWHERE, 11_434, 5001]]),
    'etc/systemd/system/ollama.service':
      '[Service]\nExecStart=/usr/local/bin/ollama serve\nEnvironmentFile=-/etc/ollama/env\n',
    'etc/systemd/system/ollama.service.d/override.conf': {
      text: '[Service]\nEnvironment=OLLAMA_HOST=127.0.0.1\n',
      modified: '2026-11-20T09:00:00Z',
    },
    'etc/ollama/env': { text: 'OLLAMA_DEBUG=0\n', mode: 0o600 },
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
    'srv/db/compose.yaml': 'services:\n  db:\n    image: qdrant/qdrant\n    ports: ["6333:6333"]\n',
  });
  const before = digestOf(root);

  const { result } = await check(root);

  assert.deepEqual(found(result, 'configured-otherwise'), [
    '/etc/systemd/system/ollama.service /etc/systemd/system/ollama.service:3 declares Ollama on loopback; what runs is on 0.0.0.0, port 11434.',
  ]);
  const files = new Set(
    result.findings.filter(({ rule }) => rule === 'unauthenticated-endpoint').map(({ location }) => location.file),
  );
  assert.deepEqual([...files].sort(), ['/etc/systemd/system/vllm.service', '/srv/db/compose.yaml']);
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

test('keys that configurations name: who may read them, where they lie, whose they are', async (t) => {
  const [one, other, ended] = [makeCertificate(), makeCertificate(), makeCertificate({ expired: true })];
  const site = (name: string, directory: string): string =>
    `server {\n  listen 443 ssl;\n  root /srv/pages;\n  ssl_certificate ${directory}/${name}.crt;\n  ssl_certificate_key ${directory}/${name}.key;\n}\n`;
  const root = machine(t, {
    'etc/nginx/nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }\n',
    'etc/nginx/sites-enabled/open': site('open', '/etc/ssl/ai'),
    'etc/nginx/sites-enabled/wrong': site('wrong', '/etc/ssl/ai'),
    'etc/nginx/sites-enabled/served': site('served', '/srv/pages/tls'),
    'etc/nginx/sites-enabled/old': { link: '/etc/nginx/sites-available/old' },
    'etc/nginx/sites-available/old': site('old', '/etc/ssl/ai'),
    'etc/ssl/ai/open.key': { text: one.key, mode: 0o644 },
    'etc/ssl/ai/open.crt': one.cert,
    'etc/ssl/ai/wrong.key': { text: other.key, mode: 0o600 },
    'etc/ssl/ai/wrong.crt': one.cert,
    'etc/ssl/ai/old.key': { text: ended.key, mode: 0o600 },
    'etc/ssl/ai/old.crt': ended.cert,
    'srv/pages/tls/served.key': { text: one.key, mode: 0o600 },
    'etc/ssl/private/closed.key': { text: one.key, mode: 0o600 },
    'etc/ssl/private/only-certificate.pem': one.cert,
  });
  const before = digestOf(root);

  const { result, code } = await check(root);

  assert.equal(code, 1);
  assert.deepEqual(
    result.host.keyFiles.map(({ path, mode, owner: whose, worldReadable, matchesCertificate }) => [
      path,
      mode,
      whose,
      worldReadable,
      matchesCertificate,
    ]),
    [
      ['/etc/ssl/ai/old.key', '0600', owner, false, true],
      ['/etc/ssl/ai/open.key', '0644', owner, true, true],
      ['/etc/ssl/ai/wrong.key', '0600', owner, false, false],
      ['/etc/ssl/private/closed.key', '0600', owner, false, null],
      ['/srv/pages/tls/served.key', '0600', owner, false, 'unknown'],
    ],
  );
  const files = (rule: string): readonly string[] =>
    result.findings.filter((finding) => finding.rule === rule).map(({ location }) => location.file ?? '');
  assert.deepEqual(files('weak-key-permissions'), ['/etc/ssl/ai/open.key']);
  assert.deepEqual(files('mismatched-key'), ['/etc/ssl/ai/wrong.crt']);
  assert.deepEqual(files('key-in-web-root'), ['/srv/pages/tls/served.key']);
  assert.deepEqual(files('expired'), ['/etc/ssl/ai/old.crt']);
  assert.equal(digestOf(root), before, 'nothing is changed without --fix');
  assert.doesNotMatch(JSON.stringify(result), /PRIVATE KEY/);
  assert.doesNotMatch(JSON.stringify(result.troubles), /includes itself/, 'an empty conf.d is not the file itself');
});

test('people who may read a key through its group or its access list', async (t) => {
  const setfacl = requireProgram(t, 'setfacl');
  if (setfacl === null) return;
  const { key } = makeCertificate();
  const root = machine(t, {
    'etc/passwd': `${PASSWD}\nbob:x:1001:${gid}::/home/bob:/bin/bash\n`,
    'etc/ssl/private/group.key': { text: key, mode: 0o640 },
    'etc/nginx/ssl/list.key': { text: key, mode: 0o600 },
    'etc/nginx/ssl/service.key': { text: key, mode: 0o600 },
  });
  execFileSync(setfacl, ['-m', 'u:1000:r', join(root, 'etc/nginx/ssl/list.key')]);
  execFileSync(setfacl, ['-m', 'u:998:r', join(root, 'etc/nginx/ssl/service.key')]);

  const { result } = await check(root);

  assert.deepEqual(
    result.host.keyFiles.map(({ path, accessList }) => [path.split('/').at(-1), accessList]),
    [
      ['list.key', ['user:alice:r--']],
      ['service.key', ['user:ollama:r--']],
      ['group.key', []],
    ],
  );
  const messages = found(result, 'group-readable-key');
  assert.match(
    messages.join('\n'),
    /list\.key has mode 0640 .*: alice, bob can read it|list\.key has mode 0640 .*: bob, alice can read it/,
  );
  assert.match(messages.join('\n'), /group\.key has mode 0640 .*: bob can read it/);
});

test('directories count: a closed one protects, an open one lets others put another key in', async (t) => {
  const { key } = makeCertificate();
  const root = machine(t, {
    'etc/ssl/private/a.key': { text: key, mode: 0o644 },
    'etc/nginx/ssl/b.key': { text: key, mode: 0o600 },
    'etc/haproxy/certs/.keep': '',
  });
  const { chmodSync } = await import('node:fs');
  chmodSync(join(root, 'etc/ssl/private'), 0o700);
  chmodSync(join(root, 'etc/nginx/ssl'), 0o777);

  const { result } = await check(root);

  assert.deepEqual(found(result, 'weak-key-permissions'), []);
  assert.match(
    found(result, 'replaceable-key').join(),
    /^\/etc\/nginx\/ssl\/b\.key .*others may write to \/etc\/nginx\/ssl\.$/,
  );
});

test('a key in a git working tree, unless it is kept out of it', async (t) => {
  const { key } = makeCertificate();
  const unit = (path: string): string => `[Service]\nExecStart=/bin/app\nLoadCredential=tls:${path}\n`;
  const root = machine(t, {
    'etc/systemd/system/app.service': unit('/srv/app/tls.key'),
    'etc/systemd/system/other.service': unit('/srv/other/tls.key'),
    'srv/app/.git/HEAD': 'ref: refs/heads/main\n',
    'srv/app/tls.key': { text: key, mode: 0o600 },
    'srv/other/.git/HEAD': 'ref: refs/heads/main\n',
    'srv/other/.gitignore': '*.key\n',
    'srv/other/tls.key': { text: key, mode: 0o600 },
  });

  const { result } = await check(root);

  assert.deepEqual(
    result.findings.filter(({ rule }) => rule === 'key-in-git-tree').map(({ location }) => location.file),
    ['/srv/app/tls.key'],
  );
});

test('a certificate that certbot keeps and nothing renews', async (t) => {
  const { cert, key } = makeCertificate();
  const files: Record<string, TreeFile> = {
    'etc/letsencrypt/live/ai.test/fullchain.pem': cert,
    'etc/letsencrypt/live/ai.test/privkey.pem': { text: key, mode: 0o600 },
    'run/systemd/system/.keep': '',
    'etc/cron.d/certbot':
      '0 */12 * * * root test -x /usr/bin/certbot -a ! -d /run/systemd/system && certbot -q renew\n',
  };

  const without = await check(machine(t, files));
  const withTimer = await check(machine(t, { ...files, 'etc/systemd/system/timers.target.wants/certbot.timer': '' }));
  const withCron = await check(machine(t, { ...files, 'etc/cron.daily/renew': '#!/bin/sh\ncertbot renew -q\n' }));

  assert.equal(found(without.result, 'inactive-renewal').length, 1);
  assert.equal(found(withTimer.result, 'inactive-renewal').length, 0);
  assert.equal(found(withCron.result, 'inactive-renewal').length, 0);
});

test('--fix takes access away from everybody after showing it, and from nobody else', async (t) => {
  const { key } = makeCertificate();
  const argv = ['llama-server', '--ssl-key-file', '/srv/tls/used.key'];
  const servers = [
    { pid: 150, argv, uid: 0, holds: [5003] },
    { pid: 200, argv, uid: 998, holds: [5004] },
  ];
  const sockets = [
    [LOOPBACK, 8079, 5003],
    [LOOPBACK, 8080, 5004],
  ] as const;
  const files: Record<string, TreeFile> = {
    ...procOf(servers, sockets),
    'proc/200/cwd': { link: '/srv/app' },
    'srv/app/.env': { text: 'API_TOKEN=x\n', mode: 0o644 },
    'etc/ssl/private/world.key': { text: key, mode: 0o644 },
    'etc/ssl/private/group.key': { text: key, mode: 0o640 },
    'srv/tls/used.key': { text: key, mode: 0o644 },
  };
  const root = machine(t, files);
  const modes = (): readonly string[] =>
    ['etc/ssl/private/world.key', 'etc/ssl/private/group.key', 'srv/tls/used.key'].map((name) =>
      (statSync(join(root, name)).mode & 0o777).toString(8),
    );
  const before = digestOf(root);

  const shown = await check(root, '--fix', '--dry-run');

  assert.match(shown.err, /^fix: chmod 0640 \/etc\/ssl\/private\/world\.key {2}\(was 0644\)$/m);
  assert.match(shown.err, /^fix: left alone: \/srv\/tls\/used\.key: --ssl-key-file runs as ollama/m);
  assert.match(shown.err, /^fix: left alone: \/srv\/app\/\.env: the service beside it runs as ollama/m);
  assert.equal(digestOf(root), before);
  assert.equal(found(shown.result, 'weak-key-permissions').length, 3);

  const done = await check(root, '--fix');

  assert.deepEqual(modes(), ['640', '640', '644']);
  assert.deepEqual(
    done.result.findings.filter(({ rule }) => rule === 'weak-key-permissions').map(({ location }) => location.file),
    ['/srv/tls/used.key', '/srv/app/.env'],
  );
  assert.equal(readFileSync(join(root, 'etc/ssl/private/world.key'), 'utf8'), key);
});

test('an empty tree, a missing one, and options that do not go together', async (t) => {
  const empty = await postern(['check', '--root', temporaryFolder(t), '--format', 'json']);
  assert.equal(empty.code, 3, 'no socket table, so nothing was examined');

  for (const [args, expected] of [
    [['--root', '/nowhere/at/all'], /^postern: --root \/nowhere\/at\/all: not a readable directory\n$/],
    [['--dry-run'], /^postern: --dry-run: shows what --fix would do; give both\n$/],
  ] as const) {
    const { code, err } = await postern(['check', ...args]);
    assert.equal(code, 2);
    assert.match(err, expected);
  }
});
