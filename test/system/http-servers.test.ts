import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openEndpoint } from '../../src/system/http/opening.ts';
import type { Opening } from '../../src/system/ports.ts';
import { makeCertificate } from '../support/certificates.ts';
import { declared, loopbackTarget, openingOptions, portOf, responseOf } from '../support/http-peer.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, startServer, temporaryFolder } from '../support/running.ts';

/*
 * How real servers answer plain HTTP on a TLS port, and what they do without a client certificate.
 */

const PAIR = makeCertificate({ key: ['rsa:2048'] });

async function openPort(t: TestContext, port: number): Promise<Opening> {
  const opening = await openEndpoint(loopbackTarget(port), declared(), null, openingOptions());
  if (opening.speech === 'http') t.after(() => opening.conversation.close());
  return opening;
}

/** Speech, transport, status or reason, connections. */
function summary(opening: Opening): readonly (string | number)[] {
  if (opening.speech !== 'http') return [opening.speech, opening.transport, opening.reason, opening.connections];
  const { conversation, first } = opening;
  return ['http', conversation.transport, responseOf(first).status, conversation.connections];
}

async function startNginx(t: TestContext, program: string, server: string): Promise<number> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; events {}
    http { access_log off; ${scratch.join(' ')}
      server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${PAIR.certificateFile}; ssl_certificate_key ${PAIR.keyFile};
        ${server}
        location / { return 200 "ok"; }
      }
    }`,
  );
  await startServer(t, program, ['-p', folder, '-e', 'stderr', '-c', file], [port]);
  return port;
}

const NGINX: readonly [string, string, readonly (string | number)[]][] = [
  ['complains in plain HTTP', '', ['http', 'tls', 200, 2]],
  ['redirects to itself', 'error_page 497 =301 https://$host:$server_port$request_uri;', ['http', 'tls', 200, 2]],
  [
    'answers 400 without a client certificate',
    `ssl_verify_client on; ssl_client_certificate ${PAIR.certificateFile};`,
    ['http', 'tls', 400, 2],
  ],
  ['refuses every handshake', 'ssl_reject_handshake on;', ['other', 'tls', 'tls-failed', 2]],
  ['speaks TLS 1.0 only', 'ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;', ['http', 'tls', 200, 2]],
];

for (const [what, server, expected] of NGINX) {
  test(`nginx ${what}`, async (t) => {
    const nginx = requireProgram(t, 'nginx');
    if (nginx === null) return;
    const port = await startNginx(t, nginx, server);

    const opening = await openPort(t, port);

    assert.deepEqual(summary(opening), expected);
  });
}

test('Caddy complains in plain HTTP', async (t) => {
  const caddy = requireProgram(t, 'caddy');
  if (caddy === null) return;
  const port = await freePort();
  const folder = temporaryFolder(t);
  const file = join(folder, 'Caddyfile');
  const site = `https://127.0.0.1:${port} {\n tls ${PAIR.certificateFile} ${PAIR.keyFile}\n respond ok\n}\n`;
  writeFileSync(file, `{\n admin off\n auto_https disable_redirects\n}\n${site}`);
  await startServer(t, caddy, ['run', '--config', file, '--adapter', 'caddyfile'], [port], {
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  });

  const opening = await openPort(t, port);

  assert.deepEqual(summary(opening), ['http', 'tls', 200, 2]);
});

test('HAProxy hangs up on plain HTTP', async (t) => {
  const haproxy = requireProgram(t, 'haproxy');
  if (haproxy === null) return;
  const port = await freePort();
  const file = join(temporaryFolder(t), 'haproxy.cfg');
  const timeouts = 'timeout connect 5s\n timeout client 5s\n timeout server 5s';
  const frontend = `bind 127.0.0.1:${port} ssl crt ${PAIR.bundleFile}\n http-request return status 200 content-type text/plain string ok`;
  writeFileSync(file, `defaults\n mode http\n ${timeouts}\nfrontend test\n ${frontend}\n`);
  await startServer(t, haproxy, ['-f', file, '-db'], [port]);

  const opening = await openPort(t, port);

  assert.deepEqual(summary(opening), ['http', 'tls', 200, 2]);
});

test('Python hangs up on plain HTTP', async (t) => {
  const python = requireProgram(t, 'python3');
  if (python === null) return;
  const port = await freePort();
  const lines = [
    'import http.server, os, ssl, sys',
    "server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)",
    'context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)',
    'context.load_cert_chain(sys.argv[2], sys.argv[3])',
    'server.socket = context.wrap_socket(server.socket, server_side=True)',
    'os.chdir(sys.argv[4])',
    'server.serve_forever()',
  ];
  const args = ['-c', lines.join('\n'), String(port), PAIR.certificateFile, PAIR.keyFile, temporaryFolder(t)];
  await startServer(t, python, args, [port]);

  const opening = await openPort(t, port);

  assert.deepEqual(summary(opening), ['http', 'tls', 200, 2]);
});

test('Node hangs up on plain HTTP', async (t) => {
  const server = createHttpsServer({ key: PAIR.key, cert: PAIR.cert }, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());

  const opening = await openPort(t, portOf(server));

  assert.deepEqual(summary(opening), ['http', 'tls', 200, 2]);
});

async function startOpenssl(t: TestContext, program: string, args: readonly string[]): Promise<number> {
  const port = await freePort();
  const pair = ['-cert', PAIR.certificateFile, '-key', PAIR.keyFile];
  await startServer(t, program, ['s_server', '-accept', `127.0.0.1:${port}`, ...pair, '-www', ...args], [port]);
  return port;
}

const OPENSSL: readonly [string, readonly string[], readonly (string | number)[]][] = [
  ['hangs up on plain HTTP', [], ['http', 'tls', 200, 2]],
  ['asks for a client certificate', ['-verify', '1'], ['http', 'tls', 200, 2]],
  [
    'insists on a client certificate in TLS 1.3',
    ['-Verify', '1', '-tls1_3'],
    ['other', 'tls', 'client-certificate-required', 2],
  ],
  [
    'insists on a client certificate in TLS 1.2',
    ['-Verify', '1', '-tls1_2'],
    ['other', 'tls', 'client-certificate-required', 2],
  ],
  [
    'insists on a client certificate in TLS 1.0',
    ['-Verify', '1', '-tls1', '-cipher', 'ALL:@SECLEVEL=0'],
    ['other', 'tls', 'client-certificate-required', 2],
  ],
  ['speaks anonymous suites only', ['-tls1_2', '-cipher', 'ADH:@SECLEVEL=0'], ['other', 'tls', 'tls-failed', 2]],
];

for (const [what, args, expected] of OPENSSL) {
  test(`OpenSSL's server ${what}`, async (t) => {
    const openssl = requireProgram(t, 'openssl');
    if (openssl === null) return;
    const port = await startOpenssl(t, openssl, args);

    const opening = await openPort(t, port);

    assert.deepEqual(summary(opening), expected);
  });
}
