import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { selfSigned } from '../../fixtures/lab/certificate.ts';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { postern } from '../support/command.ts';
import { answer, startReceiver } from '../support/receiver.ts';
import { freePort, temporaryFolder } from '../support/running.ts';

async function tlsDoor(t: TestContext, port: number) {
  const door = await startStandIn([], { port, tls: await selfSigned({ names: ['door.example'] }) });
  t.after(() => door.close());
  return door;
}

test('postern tls keeps its runs, knows what it knew, and does not take a vanished port for mended', async (t) => {
  await using hook = await startReceiver([answer(200)]);
  const state = temporaryFolder(t);
  const port = await freePort();
  const night = (...more: readonly string[]) =>
    postern(['tls', `127.0.0.1:${port}`, '--quick', '--state', state, '--save', ...more]);
  const door = await tlsDoor(t, port);

  const first = await night('--notify', hook.url);
  const known = await night('--baseline', 'last', '--fail-on-new', '--notify', hook.url);
  const counted = await night('--baseline', 'last');
  await door.close();
  const gone = await night('--baseline', 'last', '--fail-on-new');
  const { out } = await postern(['diff', '--state', state, '--format', 'json']);

  assert.deepEqual([first.code, known.code, counted.code], [1, 0, 1], first.err + known.err + counted.err);
  const [told, ...more] = hook.received.map(({ body }) => JSON.parse(body));
  assert.deepEqual(more, [], 'the second night has no news');
  assert.ok(told.urgent > 0);
  assert.deepEqual([told.new.command, told.findings.appeared[0].location.port], ['tls', port]);
  assert.equal(gone.code, 3, 'nothing answered: no clean result');
  const { findings } = JSON.parse(out);
  const fates = findings.fixed.map(({ how }: { how: string }) => how);
  assert.deepEqual([...new Set(fates)], [], 'a port without TLS says nothing about the certificate it had');
  assert.ok(findings.unseen.length > 0);
});

test('what is kept of files has no place in the history of ports', async () => {
  const run = await postern(['tls', '--cert', 'server.pem', '--save']);

  assert.equal(run.code, 2);
  assert.match(run.err, /--cert inspects files: expected neither --save, --baseline nor --notify/);
});
