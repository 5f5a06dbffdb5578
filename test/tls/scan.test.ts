import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { postern } from '../support/command.ts';
import { portOf } from '../support/http-peer.ts';
import { temporaryFolder } from '../support/running.ts';
import { scan as scanned } from '../support/scan.ts';
import { startStreet } from '../support/street.ts';
import { issue } from './support/issue.ts';

test('scan inspects TLS endpoints quickly, in full, or not at all', async (t) => {
  const old = issue({ dns: ['box.test'], from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' });
  const server = createServer({ cert: old.pem, key: old.keyPem }, (_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  // The support holds every result against the published schema.
  const scan = async (tls: string) => (await scanned([`127.0.0.1:${portOf(server)}`, '--tls', tls])).result;

  const [quick, full, off] = [await scan('quick'), await scan('full'), await scan('off')];

  assert.equal(quick.tls?.[0]?.mode, 'quick');
  assert.ok(quick.findings.some(({ rule }) => rule === 'expired'));
  assert.equal(full.tls?.[0]?.mode, 'full');
  assert.equal(off.tls, undefined);
  assert.ok(quick.coverage.connections > off.coverage.connections);
});

const OLLAMA = answersOf('ollama/open.http');

test('an API that also answers without encryption is found from both ends', async (t) => {
  const { pem, keyPem } = issue({ dns: ['box.test'], ip: ['127.0.0.1'] });
  const encrypted = await startStandIn(OLLAMA, { tls: { cert: pem, key: keyPem } });
  const plain = await startStandIn(OLLAMA);
  t.after(() => Promise.all([encrypted.close(), plain.close()]));
  const ports = `127.0.0.1:${encrypted.port},${plain.port}`;

  const { result } = await scanned([ports, '--tls', 'quick']);
  const alone = await scanned([`127.0.0.1:${encrypted.port}`, '--tls', 'quick']);

  const twin = result.findings.find(({ rule }) => rule === 'api-also-on-plaintext');
  assert.match(twin?.message ?? '', new RegExp(`${plain.port}`));
  assert.deepEqual(
    alone.result.findings.filter(({ rule }) => rule === 'api-also-on-plaintext'),
    [],
  );
});

test('a scan that was stopped keeps what it knew of TLS, and its rest finds what belongs together', async (t) => {
  const { pem, keyPem } = issue({ dns: ['box.test'], ip: ['127.0.0.1', '127.0.0.2'] });
  const { houses, port } = await startStreet(t, ['127.0.0.1', '127.0.0.2'], () => OLLAMA, {
    tls: { cert: pem, key: keyPem },
  });
  const where = [`127.0.0.1-2:${port}`, '--endpoints', '1', '--tls', 'full'];
  const stop = new AbortController();
  // The second house is in the midst of its inspection.
  const watched = setInterval(() => {
    if (houses.every((house) => house.connections() >= 8)) stop.abort();
  }, 1);
  t.after(() => clearInterval(watched));

  const first = await scanned(where, { interrupt: stop.signal });
  const file = join(temporaryFolder(t), 'partial.json');
  writeFileSync(file, JSON.stringify(first.result));
  const second = await postern(['scan', '--resume', file, '--format', 'json', '--fail-on', 'low']);

  const { tls, certificates, findings } = JSON.parse(second.out);
  assert.equal(first.code, 130);
  assert.deepEqual(
    tls.map(({ host }: { host: string }) => host),
    ['127.0.0.1', '127.0.0.2'],
  );
  assert.ok(tls.every(({ grade }: { grade: { configuration: unknown } }) => grade.configuration !== null));
  assert.equal(certificates[0].places.length, 2);
  assert.ok(findings.some(({ rule }: { rule: string }) => rule === 'shared-key'));
});
