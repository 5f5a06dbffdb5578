import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchedDoors } from '../../src/audit/check-coverage.ts';
import { postern } from '../support/command.ts';
import { answer, startReceiver } from '../support/receiver.ts';
import { temporaryFolder } from '../support/running.ts';
import { digestOf, procOf } from './support/machine-tree.ts';
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
