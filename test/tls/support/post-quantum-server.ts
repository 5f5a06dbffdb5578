import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ecKeys, issue, type Keys } from './issue.ts';

/*
 * For a Node with OpenSSL 3.5: `post-quantum-server.ts GROUPS:KEY[:mutual|:issued]…` serves a self-signed certificate with
 * such a key on a port of 127.0.0.1 for each, `mutual` only for clients with one of its own, `issued` one of an authority
 * instead, and prints ports and what is to be trusted.
 */

const generate = generateKeyPairSync as unknown as (kind: string) => Keys;

const served: { port: number; pem: string }[] = [];
for (const [ecdhCurve = 'auto', kind = 'ec', extra] of process.argv.slice(2).map((wish) => wish.split(':'))) {
  const keys = kind === 'ec' ? ecKeys() : generate(kind);
  const subject = `${ecdhCurve} ${kind}`;
  const issuer = extra === 'issued' ? issue({ subject: `Root of ${subject}`, ca: true }) : undefined;
  const { pem, keyPem } = issue({ subject, dns: ['box.test'], keys, ...(issuer ? { issuer } : {}) });
  const clients = extra === 'mutual' ? { ca: [pem], requestCert: true, rejectUnauthorized: true } : {};
  const options = { cert: pem, key: keyPem, ecdhCurve, minVersion: 'TLSv1.3', ...clients } as const;
  const server = createServer(options, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  served.push({ port: (server.address() as AddressInfo).port, pem: issuer?.pem ?? pem });
}
process.stdout.write(`${JSON.stringify(served)}\n`);
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume();
