import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { watchedDoors } from '../../src/audit/check-coverage.ts';
import { postern } from '../support/command.ts';
import { answer, startReceiver } from '../support/receiver.ts';
import { temporaryFolder } from '../support/running.ts';
import { digestOf, procOf, writeTree } from './support/machine-tree.ts';
import { CONTAINER, check, EVERYWHERE, found, LOOPBACK, machine, OLLAMA } from './support/tree-check.ts';

/*
 * A tree that stands for a machine: what listens there by its own account, and that nothing in it changes.
 */

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

test('as many runs are kept as was said; each is told, in the form and with the signature that were asked for', async (t) => {
  await using hook = await startReceiver([answer(200)]);
  const root = machine(t, procOf([OLLAMA], [[LOOPBACK, 11_434, 5001]]));
  const state = temporaryFolder(t);
  const line = ['check', '--root', root, '--no-config', '--state', state, '--save'];
  const env = { HOOK_SECRET: 'secret-of-the-hook' };
  const told = ['--notify', hook.url, '--notify-format', 'slack', '--notify-secret-env', 'HOOK_SECRET'];

  await postern([...line, '--keep', '2', ...told, '--notify-on', 'always'], { env });
  await postern([...line, '--keep', '2', ...told, '--notify-on', 'new'], { env });
  await postern([...line, '--keep', '2']);

  assert.equal(readdirSync(join(state, 'runs')).length, 2);
  const [message, ...more] = hook.received;
  assert.deepEqual(more, [], 'nothing is new in the second run');
  assert.match(message?.body ?? '', /^\{"text":/);
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(message?.headers['postern-signature'])) ?? [];
  const expected = createHmac('sha256', env.HOOK_SECRET).update(`${seconds}.${message?.body}`).digest('hex');
  assert.equal(mac, expected);
});

test('services and rules of --rules are known here too', async (t) => {
  const rules = temporaryFolder(t);
  writeTree(rules, {
    'assistant.yaml': `id: assistant
name: House Assistant
kind: inference
groups: []
summary: A service for tests.
fix: { general: close it }
sources: [test]
deploy:
  commands: [assistantd]
  bind: { default: 127.0.0.1 }
  port: { default: 9001 }
  auth: { default: off, why: it has no key }
`,
    'any-ollama.yaml': `id: any-ollama
subject: relation
title: An Ollama was seen
severity: high
confidence: high
when:
  properties:
    relation: exposure
    service: { const: Ollama }
message: "{service} listens on {bound}."
why: a rule for tests
fix: none
references: [https://acme.example/rules]
`,
  });
  const assistant = { pid: 200, argv: ['assistantd'], holds: [5004] };
  const root = machine(
    t,
    procOf(
      [OLLAMA, assistant],
      [
        [LOOPBACK, 11_434, 5001],
        [EVERYWHERE, 9001, 5004],
      ],
    ),
  );

  const { result } = await check(root, '--rules', rules, '--no-config');

  assert.deepEqual(
    result.host.listeners.map(({ port, recognised }) => [port, recognised?.service]),
    [
      [9001, 'assistant'],
      [11_434, 'ollama'],
    ],
  );
  assert.deepEqual(found(result, 'any-ollama'), ['127.0.0.1:11434 Ollama listens on 127.0.0.1.']);
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

test('ports of engines without root lead into their containers', async (t) => {
  const network = (name: string, address: string, port: number, inode: number) => ({
    name: `net:[${name}]`,
    address,
    sockets: [[EVERYWHERE, port, inode]] as const,
  });
  const [first, second, third] = [
    network('2', '10.0.2.100', 11_434, 6001),
    // The same address once more: each has a network of its own.
    network('3', '10.0.2.100', 8000, 6002),
    network('4', '172.17.0.2', 6333, 6003),
  ];
  const storage = '/home/alice/.local/share/containers/storage/overlay-containers';
  const conmon = (id: string, name: string): readonly string[] => [
    '/usr/bin/conmon',
    '--api-version',
    '1',
    '-c',
    id,
    '-u',
    id,
    '-b',
    `${storage}/${id}/userdata`,
    '-n',
    name,
  ];
  const [ollama, vllm] = [CONTAINER, 'ab'.repeat(32)];
  const root = machine(t, {
    ...procOf(
      [
        { pid: 300, argv: ['rootlessport'], uid: 1000, holds: [5001] },
        { pid: 301, argv: ['rootlessport-child'], name: 'exe', parent: 300, uid: 1000, network: first },
        { pid: 310, argv: conmon(ollama, 'chat'), uid: 1000 },
        { pid: 311, argv: ['/bin/ollama', 'serve'], parent: 310, uid: 1000, network: first, holds: [6001] },
        {
          pid: 400,
          argv: [
            '/usr/bin/pasta',
            '--config-net',
            '-t',
            '127.0.0.1/9000-9001:7999-8000',
            '-u',
            'none',
            '--netns',
            '/run/x',
          ],
          name: 'pasta.avx2',
          uid: 1000,
          holds: [5002],
        },
        { pid: 410, argv: conmon(vllm, 'api'), uid: 1000 },
        { pid: 411, argv: ['vllm', 'serve', 'm'], parent: 410, uid: 1000, network: second, holds: [6002] },
        { pid: 500, argv: ['rootlesskit', '--net=slirp4netns'], uid: 1000, holds: [5003] },
        {
          pid: 501,
          argv: 'docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port 6333 -container-ip 172.17.0.2 -container-port 6333'.split(
            ' ',
          ),
          uid: 1000,
        },
        { pid: 511, argv: ['/qdrant/qdrant'], uid: 1000, network: third, holds: [6003] },
      ],
      [
        [EVERYWHERE, 18_080, 5001],
        [LOOPBACK, 9001, 5002],
        [EVERYWHERE, 6333, 5003],
      ],
    ),
    [`${storage.slice(1)}/containers.json`]: JSON.stringify([
      { id: ollama, names: ['chat'], metadata: JSON.stringify({ 'image-name': 'docker.io/ollama/ollama:latest' }) },
    ]),
  });

  const { result } = await check(root);

  assert.deepEqual(
    result.host.listeners.map(({ port, kind, forwardsTo, recognised, process: holder }) => [
      port,
      kind,
      forwardsTo,
      recognised?.service,
      holder?.container,
      holder?.image,
    ]),
    [
      [6333, 'socket', '172.17.0.2:6333', 'qdrant', null, null],
      [9001, 'socket', '10.0.2.100:8000', 'vllm', vllm.slice(0, 12), null],
      [18_080, 'socket', '10.0.2.100:11434', 'ollama', ollama.slice(0, 12), 'docker.io/ollama/ollama:latest'],
    ],
  );
});

test('what is listed, what counts, and where else it is written', async (t) => {
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
  const saved = join(temporaryFolder(t), 'check.json');

  const all = await postern(['check', '--root', root, '--all', '--fail-on', 'critical', '--output', `json=${saved}`]);
  const few = await postern(['check', '--root', root]);

  assert.deepEqual([all.code, few.code], [0, 1], 'what is below the threshold does not count');
  assert.match(all.out, /127\.0\.0\.1.* port 631|631/);
  assert.doesNotMatch(few.out, /\b631\b/);
  assert.equal(JSON.parse(readFileSync(saved, 'utf8')).command, 'check');
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
