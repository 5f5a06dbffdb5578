import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import type { ClientCertificateVerdict } from '../../src/model/tls.ts';
import type { TlsWire } from '../../src/system/tls-ports.ts';
import { portOf } from '../support/http-peer.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, startServer, temporaryFolder } from '../support/running.ts';
import { inspectPort, WIRE } from './support/inspect.ts';
import { issue } from './support/issue.ts';

/*
 * Seven ways of asking for a client certificate. All send a CertificateRequest; who is served differs.
 */

const ROOT = issue({ subject: 'Client CA', ca: true });
const SERVER = issue({ subject: 'box.test', dns: ['box.test'], ip: ['127.0.0.1'], issuer: ROOT });
const CLIENT = issue({ subject: 'client', issuer: ROOT, usage: '1.3.6.1.5.5.7.3.2' });
const GOOD = { certificate: CLIENT.pem, key: CLIENT.keyPem };

function files(t: TestContext) {
  const folder = temporaryFolder(t);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return {
    folder,
    file,
    ca: file('ca.pem', ROOT.pem),
    cert: file('cert.pem', SERVER.pem),
    key: file('key.pem', SERVER.keyPem),
  };
}

async function judge(port: number, expected: ClientCertificateVerdict): Promise<void> {
  const { clientCertificate } = await inspectPort(port, { identity: GOOD });

  assert.equal(clientCertificate.requested, true);
  assert.equal(clientCertificate.verdict, expected, JSON.stringify(clientCertificate.trials));
  assert.equal(clientCertificate.trials.find((trial) => trial.with === 'own')?.outcome, 'served');
}

const NGINX: readonly (readonly [string, ClientCertificateVerdict])[] = [
  ['on', 'enforced-in-http'],
  ['optional', 'requested-not-enforced'],
  ['optional_no_ca', 'accepts-any-certificate'],
];

for (const [mode, verdict] of NGINX) {
  test(`nginx ssl_verify_client ${mode}: ${verdict}`, async (t) => {
    const nginx = requireProgram(t, 'nginx');
    if (nginx === null) return;
    const { folder, file, ca, cert, key } = files(t);
    const port = await freePort();
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const server = `server { listen 127.0.0.1:${port} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; ssl_client_certificate ${ca}; ssl_verify_client ${mode}; return 200 hello; }`;
    const configuration = file(
      'nginx.conf',
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit; events {} http { access_log off; ${paths.join(' ')} ${server} }`,
    );
    await startServer(t, nginx, ['-p', folder, '-c', configuration], [port]);

    await judge(port, verdict);
  });
}

const NODE: readonly (readonly [string, TlsOptions, ClientCertificateVerdict])[] = [
  ['rejectUnauthorized: false', { requestCert: true, rejectUnauthorized: false }, 'accepts-any-certificate'],
  ['rejectUnauthorized: true', { requestCert: true, rejectUnauthorized: true }, 'enforced-in-tls'],
  [
    'TLS 1.2, rejectUnauthorized: true',
    { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' },
    'enforced-in-tls',
  ],
];

for (const [name, options, verdict] of NODE) {
  test(`node ${name}: ${verdict}`, async (t) => {
    await judge(await nodeServer(t, options), verdict);
  });
}

async function nodeServer(t: TestContext, options: TlsOptions): Promise<number> {
  const server = createServer(
    { ...options, key: SERVER.keyPem, cert: SERVER.pem, ca: ROOT.pem },
    (_request, response) => response.end('hello'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return portOf(server);
}

test('haproxy verify required: enforced-in-tls', async (t) => {
  const haproxy = requireProgram(t, 'haproxy');
  if (haproxy === null) return;
  const { file, ca } = files(t);
  const port = await freePort();
  const bundle = file('bundle.pem', SERVER.pem + SERVER.keyPem);
  const bind = `bind 127.0.0.1:${port} ssl crt ${bundle} ca-file ${ca} verify required`;
  const limits = 'defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n';
  const configuration = file(
    'haproxy.cfg',
    `${limits}frontend f\n  ${bind}\n  http-request return status 200 content-type text/plain string hello\n`,
  );
  await startServer(t, haproxy, ['-db', '-f', configuration], [port]);

  await judge(port, 'enforced-in-tls');
});

test('python ssl with CERT_REQUIRED, as uvicorn --ssl-cert-reqs 2: enforced-in-tls', async (t) => {
  const python = requireProgram(t, 'python3');
  if (python === null) return;
  const { file, ca, cert, key } = files(t);
  const port = await freePort();
  const script = file(
    'server.py',
    `
import asyncio, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(${JSON.stringify(cert)}, ${JSON.stringify(key)})
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(${JSON.stringify(ca)})
async def serve(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello")
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", ${port}, ssl=context)
    await server.serve_forever()
asyncio.run(main())
`,
  );
  await startServer(t, python, [script], [port]);

  await judge(port, 'enforced-in-tls');
});

test('a server that asks for nothing: none, and no trial is made', async (t) => {
  const server = createServer({ key: SERVER.keyPem, cert: SERVER.pem }, (_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });

  const { clientCertificate } = await inspectPort(portOf(server));

  assert.deepEqual(
    [clientCertificate.requested, clientCertificate.verdict, clientCertificate.trials],
    [false, 'none', []],
  );
});

test('the authorities that a server names are read', async (t) => {
  const port = await nodeServer(t, { requestCert: true, rejectUnauthorized: false });

  const { clientCertificate } = await inspectPort(port);

  assert.deepEqual(clientCertificate.authorities, ['CN=Client CA']);
});

test('a whole handshake offers what the server takes, less what the platform lacks', async (t) => {
  const serve = (ecdhCurve: string) => nodeServer(t, { minVersion: 'TLSv1.3', ecdhCurve });
  const asked: (readonly string[])[] = [];
  const wire: TlsWire = {
    ...WIRE,
    handshake: (target, wanted, ...rest) => {
      asked.push(wanted.groups);
      const groups = wanted.groups.length > 0 ? ['X25519Kyber768Draft00', ...wanted.groups] : [];
      return WIRE.handshake(target, { ...wanted, groups }, ...rest);
    },
  };

  const [common, rare] = [await serve('X25519:X448'), await serve('X448')];
  const seen = [await inspectPort(common, { wire }), await inspectPort(rare, { wire })];

  assert.deepEqual(
    seen.map(({ features }) => features.resumption),
    [true, true],
  );
  assert.deepEqual(asked, [[], [], ['x448'], ['x448']]);
});
