import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ecKeys, issue, type Keys } from './issue.ts';

/*
 * For a Node with OpenSSL 3.5: `post-quantum-server.ts GROUPS:KEY[:mutual]…` serves a self-signed certificate with such a
 * key on a port of 127.0.0.1 for each, `mutual` only for clients with one of its own, and prints ports and certificates.
 */

const generate = generateKeyPairSync as unknown as (kind: string) => Keys;

const served: { port: number; pem: string }[] = [];
for (const [ecdhCurve = 'auto', kind = 'ec', mutual] of process.argv.slice(2).map((wish) => wish.split(':'))) {
  const keys = kind === 'ec' ? ecKeys() : generate(kind);
  const { pem, keyPem } = issue({ subject: `${ecdhCurve} ${kind}`, dns: ['box.test'], keys });
  const clients = mutual ? { ca: [pem], requestCert: true, rejectUnauthorized: true } : {};
  const options = { cert: pem, key: keyPem, ecdhCurve, minVersion: 'TLSv1.3', ...clients } as const;
  const server = createServer(options, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  served.push({ port: (server.address() as AddressInfo).port, pem });
}
process.stdout.write(`${JSON.stringify(served)}\n`);
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume();
