import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
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
import { inspectPort, REPERTOIRE, TABLES } from './support/inspect.ts';
import { type Issued, rsaKeys } from './support/issue.ts';
import { postQuantumServers } from './support/post-quantum.ts';
import { type Bundle, type Errand, REAL_CLIENTS } from './support/real-clients.ts';
import { type SeenHello, stubServer } from './support/stub-server.ts';

/*
 * What is said of clients, held against what those clients do: every certificate of the checklist and a few ways to set a
 * server up, dialled by curl, Node, Python, Go, Chromium and Firefox that trust the same authorities.
 */

const { root, named, cases } = checklist(Date.now());
const roots = [root, ...cases.flatMap(({ trusted = [] }) => trusted)];
const RSA = named({ keys: rsaKeys() });
const EC = named({});

interface Setting extends Pick<TlsOptions, 'minVersion' | 'maxVersion' | 'ecdhCurve' | 'requestCert' | 'dhparam'> {
  readonly ciphers?: string;
  readonly certificate?: Issued;
}

/** With a good certificate. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  'TLS 1.1 at best': { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
  'TLS 1.2 alone': { maxVersion: 'TLSv1.2' },
  'RSA key exchange alone': { maxVersion: 'TLSv1.2', ciphers: 'kRSA', certificate: RSA },
  'DHE alone': { maxVersion: 'TLSv1.2', ciphers: 'DHE+AESGCM', dhparam: 'auto', certificate: RSA },
  'CBC with SHA-256 alone': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256', certificate: RSA },
  // What uvicorn offered below TLS 1.3 unless told otherwise.
  'CBC with SHA-1 alone': { maxVersion: 'TLSv1.2', ciphers: 'TLSv1:!aNULL', certificate: RSA },
  'CCM alone': { maxVersion: 'TLSv1.2', ciphers: 'RSA+AESCCM', certificate: RSA },
  'the CCM suite of TLS 1.3 alone': { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_CCM_SHA256:ALL' },
  'x448 alone': { minVersion: 'TLSv1.3', ecdhCurve: 'X448' },
  'P-521 alone': { minVersion: 'TLSv1.3', ecdhCurve: 'P-521' },
  'a client certificate demanded': { requestCert: true },
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

interface Predicted extends Errand {
  readonly refusals: readonly ClientRefusal[];
}

async function predicted(t: TestContext, program: string): Promise<{ errands: Predicted[]; roots: string[] }> {
  const found: Predicted[] = [];
  const ahead = await postQuantumServers(t, program, ['X25519MLKEM768:ec:issued', 'auto:ml-dsa-65:issued']);
  const pems = [...roots, ...ahead].map(({ pem }) => pem);
  const publicRoots = pems.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
  const ask = async (id: string, host: string, address: string, port: number, mode: 'quick' | 'full') => {
    const endpoint = await inspectPort(port, { address, serverName: host, mode, publicRoots });
    const refusals = [...(endpoint.refusals ?? []), ...endpoint.identities.flatMap((identity) => identity.refusals)];
    found.push({ id, host, address, port, refusals });
  };
  for (const { name, sent, asked = 'box.test' } of cases) {
    const address = isAddress(asked) ? asked : '127.0.0.1';
    // Weak keys are served too.
    await ask(name, asked, address, await serve(t, sent, address, { ciphers: 'ALL:@SECLEVEL=0' }), 'quick');
  }
  for (const [name, { ciphers = 'ALL', certificate = EC, ...options }] of Object.entries(SETTINGS)) {
    const port = await serve(t, [certificate], '127.0.0.1', { ...options, ciphers: `${ciphers}:@SECLEVEL=0` });
    await ask(name, 'box.test', '127.0.0.1', port, 'full');
  }
  for (const { wish, port } of ahead) await ask(wish, 'box.test', '127.0.0.1', port, 'full');
  return { errands: found, roots: pems };
}

function bundleOf(t: TestContext, authorities: readonly string[]): Bundle {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'ca.pem'), authorities.join(''));
  return { folder, file: join(folder, 'ca.pem'), authorities };
}

test('clients refuse what they are said to refuse, and nothing else; the table has their hellos', {
  timeout: 240_000,
}, async (t) => {
  const newest = requireProgram(t, 'node-24.21.0');
  if (newest === null) return;
  const { errands, roots } = await predicted(t, newest);
  const hellos: SeenHello[] = [];
  const deaf = await stubServer(t, (hello) => {
    hellos.push(hello);
    return { alert: 40 };
  });
  const listening = { id: 'hello', host: 'box.test', address: '127.0.0.1', port: deaf.port };

  for (const client of REAL_CLIENTS) {
    await t.test(client.name, async (t) => {
      const program = requireProgram(t, client.program);
      if (program === null) return;
      const departures = (await client.departures?.(program)) ?? null;
      hellos.length = 0;

      const tried = errands.map(({ refusals: _, ...errand }) => errand);
      const outcomes = await client.dial(program, [...tried, listening], bundleOf(t, roots));

      const ofClient = ({ refusals }: Predicted) => refusals.filter(({ client: name }) => name === client.row);
      const wrong = errands.flatMap((errand) => {
        const [said, did] = [ofClient(errand), outcomes.get(errand.id)];
        if (departures?.includes(errand.id)) return [];
        if (did === undefined) return [`${errand.id}: was not tried`];
        return said.length > 0 === (did !== null) ? [] : [`${errand.id}: ${JSON.stringify({ said, did })}`];
      });
      assert.deepEqual(wrong, []);
      if (departures === null) assert.deepEqual(offered(hellos[0]), inTable(client.row));
    });
  }
});

function offered(hello: SeenHello | undefined) {
  const suites = hello?.suites.flatMap((code) => REPERTOIRE.suite(code)?.name ?? []);
  const groups = hello?.groups.flatMap((code) => REPERTOIRE.group(code)?.name ?? []);
  return { suites: suites?.sort(), groups: groups?.sort() };
}

function inTable(name: string) {
  const row = TABLES.clients.find((client) => client.name === name);
  return { suites: row && [...row.suites].sort(), groups: row && [...row.groups].sort() };
}
