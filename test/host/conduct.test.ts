import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeNetwork } from '../../src/system/node-network.ts';
import type { Network } from '../../src/system/ports.ts';
import { makeCertificate } from '../support/certificates.ts';
import { postern } from '../support/command.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';
import { assertLawful, parseResult } from '../support/scan.ts';
import { digestOf, writeTree } from './support/machine-tree.ts';
import { inNamespace, LAN, resultOf } from './support/namespace.ts';

/*
 * What a check does and does not do.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JSON_OUT = ['check', '--format', 'json'];

test('only declared requests arrive, none that a service forbids, and nothing on this host changes', async (t) => {
  const root = temporaryFolder(t);
  writeTree(root, {
    proc: { link: '/proc' },
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
    'etc/systemd/system/ollama.service': '[Service]\nExecStart=/usr/bin/ollama serve\n',
    'etc/ssl/private/open.key': { text: makeCertificate().key, mode: 0o644 },
  });
  const listing = (): string => digestOf(join(root, 'etc'));
  const before = listing();

  const report = await inNamespace(t, {
    servers: [
      { answers: 'ollama/open.http', host: '0.0.0.0', port: 11_434, title: 'ollama serve' },
      { answers: 'litellm/master-key.http', host: '192.168.77.5', port: 4000 },
    ],
    runs: [
      [...JSON_OUT, '--root', root],
      [...JSON_OUT, '--passive'],
    ],
  });
  if (report === null) return;

  const result = resultOf(report.runs[0]);
  assert.equal(result.host.asked, true, 'the /proc below the root is that of this kernel: it is this machine');
  assert.deepEqual(
    result.host.exposures.map(({ service }) => service.id),
    ['litellm', 'ollama'],
  );
  assert.deepEqual(
    result.host.keyFiles.map(({ path }) => path),
    ['/etc/ssl/private/open.key'],
  );
  await assertLawful(report.received[0] ?? [], 'ollama');
  await assertLawful(report.received[1] ?? [], 'litellm');
  const perAddress = Math.max(...report.received.map((received) => received.length));
  assert.ok(perAddress <= 2 * 2 * 25, `${perAddress} requests in two runs at two addresses`);
  assert.equal(listing(), before);
});

test('--no-probe sends nothing', async (t) => {
  const report = await inNamespace(t, {
    servers: [{ answers: 'ollama/open.http', host: '0.0.0.0', port: 11_434, title: 'ollama serve' }],
    runs: [
      [...JSON_OUT, '--no-probe'],
      ['check', '--no-probe'],
      [...JSON_OUT, '--ports', '80-90'],
    ],
  });
  if (report === null) return;

  assert.deepEqual(report.received[0], []);
  const result = resultOf(report.runs[0]);
  assert.equal(result.host.asked, false);
  assert.deepEqual(
    result.findings.filter(({ state }) => state === 'active').map(({ rule, message }) => [rule, message]),
    [
      [
        'unguarded-listener',
        'Ollama listens on 0.0.0.0; it has no authentication of its own. It was not asked what it lets anyone do.',
      ],
    ],
  );
  assert.equal(report.runs[0]?.code, 1);
  assert.match(report.runs[1]?.out ?? '', /^ {2}Answers {4}not asked$/m);
  assert.match(report.runs[1]?.out ?? '', /^NOT READY TO EXPOSE {2}1 thing to do$/m);
});

test('guarded, encrypted and on loopback: ready', async (t) => {
  const report = await inNamespace(t, {
    servers: [{ answers: 'jupyter/lab-token.http', host: '127.0.0.1', port: 8888 }],
    runs: [['check'], [...JSON_OUT, '--strict', '--quiet']],
    tty: true,
  });
  if (report === null) return;

  assert.match(report.runs[0]?.out ?? '', /^READY TO EXPOSE {2}nothing at or above the threshold was found$/m);
  assert.equal(report.runs[0]?.code, 0);
  assert.match(report.runs[0]?.err ?? '', /1 of 1 ports \(100 %\)/);
  assert.equal(resultOf(report.runs[1]).host.verdict.state, 'ready');
  assert.equal(report.runs[1]?.err, '', 'nor is a line drawn with --quiet');
});

test('TLS of what listens is inspected, and its certificate listed', async (t) => {
  const { key, cert } = makeCertificate({ expired: true });
  const own = makeCertificate({ names: ['IP:192.168.77.5'] });
  const report = await inNamespace(t, {
    servers: [
      { answers: 'vllm/open.http', host: '192.168.77.5', port: 8000, tls: { key, cert } },
      { answers: 'ollama/open.http', host: '192.168.77.5', port: 11_434, tls: { key: own.key, cert: own.cert } },
    ],
    runs: [
      JSON_OUT,
      [...JSON_OUT, '--tls', 'off', '--ports', '11434', '--user-agent', 'acme/1', '--max-requests', '3'],
      [...JSON_OUT, '--ca', own.certificateFile],
    ],
  });
  if (report === null) return;

  const [looked, off] = [resultOf(report.runs[0]), resultOf(report.runs[1])];
  const selfSigned = (run: number): readonly (number | undefined)[] =>
    resultOf(report.runs[run])
      .findings.filter(({ rule }) => rule === 'self-signed')
      .map(({ location }) => location.port);
  assert.ok(selfSigned(0).includes(11_434));
  assert.ok(!selfSigned(2).includes(11_434), 'with --ca its authority is trusted');
  const agents = report.received[1]?.filter(({ headers }) => headers['user-agent'] === 'acme/1') ?? [];
  assert.ok(agents.length > 0 && agents.length <= 3, `${agents.length} requests`);
  assert.equal(looked.tls?.[0]?.speech, 'tls');
  assert.ok(looked.findings.some(({ rule }) => rule === 'expired'));
  assert.equal(looked.certificates?.length, 2);
  assert.deepEqual(off.tls, []);
});

test('a policy: what it allows, what it does not, what is missing', async (t) => {
  const folder = temporaryFolder(t);
  const config = join(folder, 'postern.config.yaml');
  writeFileSync(
    config,
    [
      'schema: postern/config/1',
      'expect:',
      '  - { service: jupyter, listen: [loopback], auth: guarded, reach: loopback }',
      '  - { service: ollama, listen: [127.0.0.1], auth: guarded }',
      '  - { service: vllm, grade: B }',
      '  - { service: qdrant, reach: lan }',
      '  - { service: llama-server, listen: [0.0.0.0], auth: open, reach: lan }',
      '',
    ].join('\n'),
  );
  const report = await inNamespace(t, {
    servers: [
      { answers: 'jupyter/lab-token.http', host: '127.0.0.1', port: 8888 },
      { answers: 'ollama/open.http', host: '0.0.0.0', port: 11_434 },
      { answers: 'vllm/open.http', host: '127.0.0.1', port: 8000 },
      { answers: 'comfyui/open.http', host: '127.0.0.1', port: 8188 },
      { answers: 'llama-server/open.http', host: '0.0.0.0', port: 8080 },
    ],
    runs: [[...JSON_OUT, '--expect', '--config', config]],
  });
  if (report === null) return;

  const { findings, host } = resultOf(report.runs[0]);
  const said = (rule: string): readonly string[] =>
    findings
      .filter((finding) => finding.rule === rule)
      .map(({ message }) => message)
      .sort();
  assert.deepEqual(said('unmet-policy'), [
    'Ollama (0.0.0.0, port 11434): the policy wants it guarded, and it is open.',
    'Ollama (0.0.0.0, port 11434): the policy wants it on 127.0.0.1, and it is on 0.0.0.0.',
    'vLLM (127.0.0.1, port 8000): the policy wants it behind TLS of grade B, and it is without TLS.',
  ]);
  assert.deepEqual(said('unexpected-service'), [
    'ComfyUI listens on 127.0.0.1, port 8188, and no row of the policy allows it.',
  ]);
  assert.deepEqual(said('missing-service'), ['The policy has a row for qdrant, and nothing like it listens here.']);
  const open = findings.filter(({ rule }) => rule === 'unauthenticated-endpoint');
  assert.deepEqual(
    open.map(({ location, state, suppression }) => [location.port, state, suppression?.reason]),
    [
      [8080, 'suppressed', 'the policy allows it: llama.cpp server open'],
      [11_434, 'active', undefined],
    ],
    'what the policy agreed to is listed, and not asked for',
  );
  assert.deepEqual(
    host.verdict.steps.filter((step) => step.includes('(unauthenticated-endpoint)')).map((step) => step.split(':')[0]),
    ['Ollama at 192.168.77.5'],
  );
});

test('--expect without a policy, or for a service that nobody knows, is said in one line', async (t) => {
  const config = join(temporaryFolder(t), 'postern.config.yaml');
  writeFileSync(
    config,
    'schema: postern/config/1\nexpect:\n  - { service: "*", reach: lan }\n  - { service: olama, reach: lan }\n',
  );

  const none = await postern(['check', '--expect', '--no-config']);
  const stranger = await postern(['check', '--expect', '--config', config]);

  assert.deepEqual([none.code, stranger.code], [2, 2]);
  assert.match(
    none.err,
    /^postern: --expect: there is no policy: expected rows under 'expect' in postern\.config\.yaml\n$/,
  );
  assert.match(
    stranger.err,
    /^postern: \S+postern\.config\.yaml:4:5: expect: no service has the id 'olama'; did you mean 'ollama'\?\n$/,
  );
});

test('nobody is waited for longer than was said', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  // Nothing is dialled: the addresses would be those of the machine that the tests run on.
  const network = async (): Promise<Network> => ({
    ...nodeNetwork,
    open: async (_target, _first, _connection, { limits: { connectTimeoutMs, responseTimeoutMs } }) => {
      waits.push(connectTimeoutMs, responseTimeoutMs);
      const [speech, reason, transport] = ['silent', 'timeout', 'plaintext'] as const;
      return { speech, reason, detail: 'nothing came', transport, tls: null, connections: 1 };
    },
  });

  const line = ['check', '--ports', String(port), '--tls', 'off', '--timeout', '110ms', '--response-timeout', '120ms'];
  await postern([...line, '--no-config'], { network });

  assert.deepEqual([...new Set(waits)], [110, 120]);
});

test('this very machine, read and not asked', async () => {
  const { code, out, err } = await postern(['check', '--no-probe', '--no-config', '--format', 'json']);

  assert.ok([0, 1].includes(code), err);
  const result = parseResult(out);
  assert.equal(result.host?.asked, false);
  assert.equal(result.coverage.requests + result.coverage.connections, 0);
});

test('without privileges it says what it could not read', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root, to give privileges up');
  const setpriv = requireProgram(t, 'setpriv');
  const unshare = requireProgram(t, 'unshare');
  if (setpriv === null || unshare === null) return;
  // Where this package stands may be for its owner only.
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  for (const part of ['package.json', 'bin/postern.js', 'dist', 'docs/schema'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const command = [
    ...LAN,
    `'${process.execPath}' -e "require('node:net').createServer().listen(11434, '0.0.0.0')" & server=$!`,
    'trap "kill $server" EXIT',
    'until [ "$(ss -Hltn | wc -l)" -ge 1 ]; do :; done',
    `cd / && setpriv --reuid 65534 --regid 65534 --clear-groups '${process.execPath}' '${join(folder, 'bin/postern.js')}' check --no-probe --format json || true`,
  ];

  const out = execFileSync(unshare, ['-n', 'sh', '-ec', command.join('\n')], { encoding: 'utf8', timeout: 60_000 });

  const result = parseResult(out);
  assert.equal(result.host?.superuser, false);
  assert.equal(result.host?.listeners.find(({ port }) => port === 11_434)?.process, null);
  assert.ok(result.troubles.some(({ what }) => /belong to other users; run as root for more$/.test(what)));
  assert.equal(result.host?.firewall.readable, false);
  assert.match(result.host?.firewall.notes.join() ?? '', /the rules are shown to root only/);
});
