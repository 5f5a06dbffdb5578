import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { portOf } from '../support/http-peer.ts';
import { scan as scanned } from '../support/scan.ts';
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
