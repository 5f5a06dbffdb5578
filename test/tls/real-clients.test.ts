import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import type { ClientRefusal } from '../../src/model/certificate.ts';
import { isAddress } from '../../src/tls/host-name.ts';
import { portOf } from '../support/http-peer.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';
import { checklist } from './support/checklist.ts';
import { inspectPort } from './support/inspect.ts';
import { type Issued, rsaKeys } from './support/issue.ts';
import { type Bundle, type Errand, REAL_CLIENTS } from './support/real-clients.ts';

/*
 * What is said of clients, held against what those clients do: every certificate of the checklist and a few ways to set a
 * server up, dialled by curl, Node, Python, Go and Chromium that trust the same authorities.
 */

const { root, named, cases } = checklist(Date.now());

/** With a good certificate. */
const SETTINGS: Readonly<Record<string, TlsOptions>> = {
  'TLS 1.1 at best': { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
  'TLS 1.2 alone': { maxVersion: 'TLSv1.2' },
  'RSA key exchange alone': { maxVersion: 'TLSv1.2', ciphers: 'kRSA' },
  'DHE alone': { maxVersion: 'TLSv1.2', ciphers: 'kDHE+AESGCM', dhparam: 'auto' },
  'CBC with SHA-256 alone': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256' },
  'CBC with SHA-1 alone, as uvicorn had it': { maxVersion: 'TLSv1.2', ciphers: 'TLSv1' },
  'CCM alone': { maxVersion: 'TLSv1.2', ciphers: 'AESCCM' },
  'the CCM suite of TLS 1.3 alone': { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_CCM_SHA256:ALL' },
  'x448 alone': { minVersion: 'TLSv1.3', ecdhCurve: 'X448' },
  'P-521 alone': { minVersion: 'TLSv1.3', ecdhCurve: 'P-521' },
  'a client certificate demanded': { requestCert: true, rejectUnauthorized: true },
};

async function serve(t: TestContext, sent: readonly Issued[], address: string, options: TlsOptions): Promise<number> {
  const cert = sent.map(({ pem }) => pem).join('');
  const server = createServer({ cert, key: sent[0]?.keyPem, ...options }, (_request, response) => response.end('ok'));
  server.listen(0, address);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return portOf(server);
}

const RSA = rsaKeys();

interface Predicted extends Errand {
  readonly refusals: readonly ClientRefusal[];
}

async function predicted(t: TestContext, roots: readonly Issued[]): Promise<Predicted[]> {
  const found: Predicted[] = [];
  const publicRoots = roots.map(({ der }) => der);
  for (const { name: id, sent, asked: host = 'box.test' } of cases) {
    const address = isAddress(host) ? host : '127.0.0.1';
    // Weak keys are served too.
    const port = await serve(t, sent, address, { ciphers: 'ALL:@SECLEVEL=0' });
    const { identities } = await inspectPort(port, { address, serverName: host, mode: 'quick', publicRoots });
    found.push({ id, host, address, port, refusals: identities.flatMap(({ refusals }) => refusals) });
  }
  const [host, address] = ['box.test', '127.0.0.1'];
  for (const [id, { ciphers = 'ALL', ...options }] of Object.entries(SETTINGS)) {
    const keys = id.includes('RSA') || id.includes('DHE') || id.includes('CCM alone') ? { keys: RSA } : {};
    const port = await serve(t, [named(keys)], address, { ...options, ciphers: `${ciphers}:@SECLEVEL=0` });
    const { identities } = await inspectPort(port, { address, serverName: host, publicRoots });
    found.push({ id, host, address, port, refusals: identities.flatMap(({ refusals }) => refusals) });
  }
  return found;
}

test('explore', async (t) => {
  const roots = [root, ...cases.flatMap(({ trusted = [] }) => trusted)];
  const folder = temporaryFolder(t);
  const authorities = roots.map(({ pem }) => pem);
  const bundle: Bundle = { folder, file: join(folder, 'ca.pem'), authorities };
  writeFileSync(bundle.file, authorities.join(''));
  const errands = await predicted(t, roots);
  for (const client of REAL_CLIENTS) {
    const program = requireProgram(t, client.program) ?? '';
    const t0 = Date.now();
    const out = await client.dial(program, errands.map(({ refusals: _, ...e }) => e), bundle);
    console.log('==', client.name, Date.now() - t0);
    for (const { id, refusals } of errands) {
      const p = refusals.filter((x) => x.client === client.row).map((x) => x.reason);
      const o = out.get(id) ?? null;
      console.log((p.length > 0) === (o !== null) ? '  ok ' : '  DIFF', id, '|', p.join('; '), '|', o?.slice(0, 110).replaceAll('\n', ' '));
    }
  }
  assert.ok(true);
});
