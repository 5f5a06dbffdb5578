import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeNetwork } from '../../src/system/node-network.ts';
import type { Network, SweepProbe } from '../../src/system/ports.ts';
import { postern } from '../support/command.ts';
import { freePort, temporaryFolder } from '../support/running.ts';

/** Just enough of an Ollama, on a port of its own choosing or a given one. */
async function lab(t: TestContext, port: number, version: string): Promise<Server> {
  const answers: Readonly<Record<string, string>> = {
    '/': 'Ollama is running',
    '/api/version': JSON.stringify({ version }),
    '/api/tags': '{"models":[]}',
    '/api/ps': '{"models":[]}',
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '404 page not found');
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** The real network, on which one host does not answer. */
function silent(port: number): Network {
  return {
    ...nodeNetwork,
    async sweepEngine(wish) {
      const engine = await nodeNetwork.sweepEngine(wish);
      return {
        name: 'silent',
        sweep(source, limits, observer, signal) {
          const others = (function* (): Generator<SweepProbe, void> {
            for (let probe = source.next(); !probe.done; probe = source.next()) {
              if (probe.value.target.port === port) observer.settled(probe.value, 'filtered', null);
              else yield probe.value;
            }
          })();
          return engine.sweep(others, limits, observer, signal);
        },
      };
    },
  };
}

interface Night {
  readonly code: number;
  /** `appeared/fixed/persisted/unseen` of the diff with the night before. */
  readonly diff: string;
  readonly changed: readonly string[];
}

test('an audit every night against a lab that changes', async (t) => {
  const state = temporaryFolder(t);
  const [first, second] = [await freePort(), await freePort()];
  const night = async (network: Network = nodeNetwork): Promise<Night> => {
    const line = ['scan', '127.0.0.1', '-p', `${first},${second}`, '--assume-reach', 'lan', '--state', state];
    const { code, err } = await postern([...line, '--save', '--baseline', 'last', '--fail-on-new'], {
      network: async () => network,
    });
    const { out } = await postern(['diff', '--state', state, '--format', 'json']);
    if (out === '') return { code, diff: err, changed: [] };
    const { findings, endpoints } = JSON.parse(out);
    const counts = [findings.appeared, findings.fixed, findings.persisted, findings.unseen].map((list) =>
      list.some(
        ({ rule, finding }: { rule?: string; finding?: { rule: string } }) =>
          (rule ?? finding?.rule) === 'unauthenticated-endpoint',
      )
        ? list.filter(
            (item: { rule?: string; finding?: { rule: string } }) =>
              (item.rule ?? item.finding?.rule) === 'unauthenticated-endpoint',
          ).length
        : 0,
    );
    const changed = endpoints.changed.flatMap(({ changes }: { changes: { field: string; after: string }[] }) =>
      changes.map(({ field, after }) => `${field} ${after}`),
    );
    return { code, diff: counts.join('/'), changed };
  };

  const one = await lab(t, first, '0.6.2');
  const opened = await night();
  const same = await night();
  const two = await lab(t, second, '0.17.1');
  const another = await night();
  const vanished = await night(silent(first));
  const back = await night();
  await close(one);
  const closed = await night();
  await close(two);
  await lab(t, second, '0.18.0');
  const updated = await night();

  assert.equal(opened.code, 1, 'everything is new the first night');
  assert.deepEqual(same, { code: 0, diff: '0/0/1/0', changed: [] });
  assert.deepEqual(another, { code: 1, diff: '1/0/1/0', changed: [] });
  assert.deepEqual(vanished, { code: 0, diff: '0/0/1/1', changed: [] });
  assert.deepEqual(back, { code: 0, diff: '0/0/2/0', changed: [] });
  assert.deepEqual(closed, { code: 0, diff: '0/1/1/0', changed: [] });
  assert.deepEqual(updated, { code: 0, diff: '0/0/1/0', changed: ['version 0.18.0'] });
  const { out } = await postern(['history', '--state', state]);
  assert.equal(out.match(/ scan {2}/g)?.length, 7);
  assert.match(out, /Findings {2}[▁-█]{7}/);
});

test('a baseline marks what it knows; without --fail-on-new that still counts', async (t) => {
  const port = await freePort();
  await lab(t, port, '0.6.2');
  const file = join(temporaryFolder(t), 'base.json');
  const line = ['scan', '127.0.0.1', '-p', String(port), '--assume-reach', 'lan', '--format', 'json'];
  await postern([...line, '--output', `json=${file}`]);

  const marked = await postern([...line, '--baseline', file]);
  const gated = await postern([...line, '--baseline', file, '--fail-on-new']);

  const states = (JSON.parse(marked.out).findings as { state: string; firstSeen: string }[]).map(({ state }) => state);
  assert.deepEqual([...new Set(states)], ['baselined']);
  assert.deepEqual([marked.code, gated.code], [1, 0]);
});

test('a kept run that is damaged is left out, and said to be', async (t) => {
  const state = temporaryFolder(t);
  const port = await freePort();
  await postern(['scan', '127.0.0.1', '-p', String(port), '--save', '--state', state]);
  const [name = ''] = readdirSync(join(state, 'runs'));
  writeFileSync(join(state, 'runs', name.replace('2026', '2025')), '{"schema":"postern/result/1"');

  const diff = await postern(['diff', '--state', state]);
  const history = await postern(['history', '--state', state]);

  assert.match(diff.err, /kept run .* is left out: not JSON\n/);
  assert.match(history.out, /unreadable: not JSON/);
  assert.equal(history.code, 0);
});

test('a run that cannot be kept is still reported, with the exit code it earned', async (t) => {
  const state = temporaryFolder(t);
  const port = await freePort();
  await lab(t, port, '0.6.2');
  const { nodeFiles } = await import('../../src/system/node-files.ts');
  const files = {
    ...nodeFiles,
    write: async () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  };

  const { code, out, err } = await postern(
    ['scan', '127.0.0.1', '-p', String(port), '--assume-reach', 'lan', '--save', '--state', state],
    { files },
  );

  assert.equal(code, 1);
  assert.match(out, /FINDINGS/);
  assert.match(err, /--save: the run could not be kept in .* \(ENOSPC\)/);
});

const BAD: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['--fail-on-new alone', ['scan', '127.0.0.1', '--fail-on-new'], /--fail-on-new: needs --baseline/],
  ['--state alone', ['scan', '127.0.0.1', '--state', '/x'], /--state: of no use without/],
  ['--keep alone', ['scan', '127.0.0.1', '--keep', '3'], /--keep: of no use without --save/],
  ['--keep 0', ['scan', '127.0.0.1', '--save', '--keep', '0'], /--keep 0: expected a whole number/],
  [
    'a baseline that is not there',
    ['scan', '127.0.0.1', '--baseline', '/nowhere/x.json'],
    /--baseline \/nowhere\/x\.json: does not exist/,
  ],
  ['no home', ['scan', '127.0.0.1', '--save'], /--state DIR is needed/],
  [
    'a state directory that cannot be',
    ['scan', '127.0.0.1', '--save', '--state', '/etc/hostname/x'],
    /--save: \/etc\/hostname\/x cannot be used \(E/,
  ],
  ['nothing to compare', ['diff', '--state', '/nowhere'], /no run has been kept/],
  ['a file that is no result', ['diff', '/etc/hostname', '/etc/hostname'], /not JSON/],
  ['an unknown diff format', ['diff', '--format', 'xml'], /--format xml: expected one of text, json/],
];

for (const [name, args, expected] of BAD) {
  test(`${name}: one line, exit 2`, async () => {
    const { code, out, err } = await postern(args, { network: async () => assert.fail('dialled') });

    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, expected);
    assert.match(err, /^postern: [^\n]+\n$/);
  });
}
