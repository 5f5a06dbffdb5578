import assert from 'node:assert/strict';
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type StandIn, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { POSTERN, runPostern, startChild, startPostern } from '../support/child.ts';
import { postern } from '../support/command.ts';
import { rawPeer } from '../support/http-peer.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, temporaryFolder } from '../support/running.ts';
import { assertLawful, parseResult } from '../support/scan.ts';

/*
 * What comes out of the installed program: texts, files, exit codes, and what a terminal sees.
 */

const LAN = ['--assume-reach', 'lan'];

async function standIn(t: TestContext, name: string): Promise<StandIn> {
  const server = await startStandIn(answersOf(name));
  t.after(() => server.close());
  return server;
}

async function portsOf(t: TestContext, ...names: readonly string[]): Promise<string> {
  const servers = await Promise.all(names.map((name) => standIn(t, name)));
  return servers.map(({ port }) => port).join();
}

test('a table for people, JSON and JSON lines for programs, at once and of one mind', async (t) => {
  const servers = await Promise.all(['ollama/open.http', 'llama-server/key.http'].map((name) => standIn(t, name)));
  const folder = temporaryFolder(t);
  const [json, lines] = [join(folder, 'run.json'), join(folder, 'run.jsonl')];
  const ports = servers.map(({ port }) => port);

  const outputs = ['--output', `json=${json}`, '--output', `jsonl=${lines}`, '--format', 'table'];
  const { code, out, err } = await runPostern(t, ['scan', '127.0.0.1', '-p', ports.join(), ...LAN, ...outputs]);

  assert.equal(code, 1, err);
  assert.equal(err, '');
  const result = parseResult(readFileSync(json, 'utf8'));
  const records = readFileSync(lines, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; [key: string]: unknown });
  const ofType = (type: string): unknown[] =>
    records.filter((record) => record.type === type).map(({ type: _type, ...rest }) => rest);
  assert.equal(records[0]?.type, 'run');
  assert.deepEqual(ofType('endpoint'), result.endpoints);
  assert.deepEqual(ofType('finding'), result.findings);
  assert.deepEqual(ofType('end'), [{ coverage: result.coverage }]);
  assert.equal(result.endpoints.length, 2);
  assert.match(out, /Ollama 0\.30\.11 +plaintext +open/);
  assert.match(out, /llama\.cpp server .*plaintext +partial/);
  for (const { rule } of result.findings) assert.ok(out.includes(rule), rule);
  await Promise.all(servers.map(({ received }, at) => assertLawful(received, ['ollama', 'llama-server'][at] ?? null)));
});

test('standard output is the report and nothing else', async (t) => {
  const ports = await portsOf(t, 'ollama/open.http');

  const { out, err } = await runPostern(t, ['scan', '127.0.0.1', '-p', ports, ...LAN, '--format', 'json']);

  assert.equal(parseResult(out).endpoints.length, 1);
  assert.equal(err, '');
});

test('targets come through a pipe', async (t) => {
  const ports = await portsOf(t, 'ollama/open.http');

  const args = ['scan', '-f', '-', '-p', ports, ...LAN, '--format', 'json'];
  const { out } = await runPostern(t, args, '# one\n127.0.0.1\n');

  assert.equal(parseResult(out).endpoints[0]?.service?.id, 'ollama');
});

interface ExitRow {
  readonly what: string;
  readonly behind: readonly string[];
  readonly options: readonly string[];
  readonly code: number;
}

const EXITS: readonly ExitRow[] = [
  {
    what: 'critical only, and there is one',
    behind: ['ollama/open.http'],
    options: ['--fail-on', 'critical'],
    code: 1,
  },
  { what: 'medium by default', behind: ['llama-server/key.http'], options: [], code: 1 },
  { what: 'high only, and there is none', behind: ['llama-server/key.http'], options: ['--fail-on', 'high'], code: 0 },
  { what: 'info, and there is something', behind: ['jupyter/lab-token.http'], options: ['--fail-on', 'info'], code: 1 },
  { what: 'nothing is open, strictly', behind: [], options: ['--strict'], code: 0 },
];

for (const { what, behind, options, code } of EXITS) {
  test(`what the run comes to when ${what}: ${code}`, async (t) => {
    const ports = behind.length > 0 ? await portsOf(t, ...behind) : String(await freePort());

    const run = await postern(['scan', '127.0.0.1', '-p', ports, ...LAN, ...options]);

    assert.equal(run.code, code, run.out + run.err);
  });
}

test('what a run comes to is the exit code of the process', { concurrency: 2 }, async (t) => {
  const rows = [
    { what: 'a critical finding', behind: ['ollama/open.http'], options: [], code: 1 },
    { what: 'nothing is open', behind: [], options: [], code: 0 },
    { what: 'bad input', behind: [], options: ['--fail-on', 'awful'], code: 2 },
  ];
  await Promise.all([
    ...rows.map(({ what, behind, options, code }) =>
      t.test(`${what}: ${code}`, async (t) => {
        const ports = behind.length > 0 ? await portsOf(t, ...behind) : String(await freePort());

        const run = await runPostern(t, ['scan', '127.0.0.1', '-p', ports, ...LAN, ...options]);

        assert.equal(run.code, code, run.out + run.err);
      }),
    ),
    t.test('a port that says nothing, strictly: 3', async (t) => {
      const mute = await rawPeer(t, () => undefined);
      const options = ['--response-timeout', '200ms', '--strict'];

      const run = await runPostern(t, ['scan', '127.0.0.1', '-p', String(mute.port), ...LAN, ...options]);

      assert.equal(run.code, 3, run.out + run.err);
    }),
    t.test('no network at all: 3', async (t) => {
      const unshare = requireProgram(t, 'unshare');
      if (unshare === null) return;
      // In a network namespace of its own loopback is down.
      const command = ['-rn', process.execPath, POSTERN, 'scan', '127.0.0.1', '-p', '11434'];
      const child = startChild(t, unshare, command);

      const run = await child.finished();

      assert.equal(run.code, 3, run.out + run.err);
      assert.match(run.out, /1 unreachable/);
    }),
  ]);
});

test('findings below the threshold are kept, in their own bucket', async (t) => {
  const ports = await portsOf(t, 'ollama/open.http');

  const args = ['scan', '127.0.0.1', '-p', ports, ...LAN, '--fail-on', 'critical', '--format', 'json'];
  const { out } = await runPostern(t, args);

  const { findings } = parseResult(out);
  const states = Object.fromEntries(findings.map(({ rule, state }) => [rule, state]));
  assert.equal(states['unauthenticated-endpoint'], 'active');
  assert.equal(states['plaintext-endpoint'], 'below-threshold');
});

test('what an output names is written to, never replaced', { concurrency: true }, async (t) => {
  const port = String(await freePort());
  const scanInto = (t: TestContext, path: string) =>
    runPostern(t, ['scan', '127.0.0.1', '-p', port, '--output', `json=${path}`]);

  await Promise.all([
    t.test('a device stays a device', async (t) => {
      const link = join(temporaryFolder(t), 'null');
      symlinkSync('/dev/null', link);

      const { code, err } = await scanInto(t, link);

      assert.equal(code, 0, err);
      assert.ok(statSync(link).isCharacterDevice());
      assert.ok(statSync('/dev/null').isCharacterDevice());
    }),
    t.test('a link stays a link', async (t) => {
      const folder = temporaryFolder(t);
      const [link, file] = [join(folder, 'latest.json'), join(folder, 'run-1.json')];
      symlinkSync(file, link);

      const { code, err } = await scanInto(t, link);

      assert.equal(code, 0, err);
      assert.equal(parseResult(readFileSync(file, 'utf8')).endpoints.length, 0);
    }),
    t.test('a full disk loses the file, not the report', async (t) => {
      const { code, out, err } = await scanInto(t, '/dev/full');

      assert.equal(code, 0);
      assert.match(err, /^postern: --output \/dev\/full: could not be written \(ENOSPC\)$/m);
      assert.match(out, /COVERAGE/);
      assert.ok(statSync('/dev/full').isCharacterDevice());
    }),
  ]);
});

test('a reader that goes away ends the output, not in a stack trace', async (t) => {
  const ports = await portsOf(t, 'ollama/open.http', 'llama-server/key.http');
  const child = startPostern(t, ['scan', '127.0.0.1', '-p', ports, ...LAN, '--format', 'json']);
  child.process.stdout.destroy();
  child.process.stderr.setEncoding('utf8');
  let err = '';
  child.process.stderr.on('data', (text: string) => {
    err += text;
  });

  const code = await new Promise((resolve) => child.process.once('exit', resolve));

  assert.equal(code, 1);
  assert.equal(err, '');
});

const ESCAPE = '\x1b[';
const CLEAR_LINE = `${ESCAPE}2K`;

test('progress is for terminals', { concurrency: true }, async (t) => {
  const script = requireProgram(t, 'script');
  if (script === null) return;
  const ports = await portsOf(t, 'ollama/open.http');
  const log = join(temporaryFolder(t), 'typescript');
  const onTerminal = (t: TestContext, options: string) => {
    const line = `'${process.execPath}' '${POSTERN}' scan 127.0.0.1 -p ${ports} --assume-reach lan ${options}`;
    const child = startChild(t, script, ['-qec', line, log], { TERM: 'xterm', NO_COLOR: '' });
    child.process.stdin.end();
    return child.finished();
  };

  await t.test('there a line is drawn and taken away again, before the report in colour', async (t) => {
    const { code, out } = await onTerminal(t, '');

    assert.equal(code, 1);
    assert.ok(out.includes(`\r${CLEAR_LINE}1 of 1 probes (100 %)`), out);
    assert.ok(out.lastIndexOf(CLEAR_LINE) < out.indexOf('postern scan'), 'the line is gone when the report begins');
    assert.ok(out.slice(out.indexOf('postern scan')).includes(ESCAPE), 'in colour');
  });
  await t.test('not with --quiet', async (t) => {
    const { out } = await onTerminal(t, '--quiet');

    assert.doesNotMatch(out, /probes \(/);
    assert.match(out, /COVERAGE/);
  });
  await t.test('not when standard error is a file', async (t) => {
    const errors = join(temporaryFolder(t), 'err');

    await onTerminal(t, `2> ${errors}`);

    assert.equal(readFileSync(errors, 'utf8'), '');
  });
});
