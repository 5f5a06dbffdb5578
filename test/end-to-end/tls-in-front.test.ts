import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type StandIn, startStandIn } from '../../fixtures/lab/stand-in.ts';
import { answersOf } from '../support/answers.ts';
import { makeCertificate } from '../support/certificates.ts';
import { startCaddy, startHaproxy, startNginx } from '../support/front.ts';
import { requireProgram } from '../support/program.ts';
import { freePorts, temporaryFolder } from '../support/running.ts';
import { assertLawful, scan, scanPort, type Verdict, verdictOn } from '../support/scan.ts';

/*
 * TLS in front of AI services, by real proxies: certificates are data, names are tried, client certificates are doors.
 */

const GOOD = makeCertificate({ names: ['DNS:box.test', 'IP:127.0.0.1'] });
const EXPIRED = makeCertificate({ expired: true });
const MISNAMED = makeCertificate({ commonName: 'other.test', names: ['DNS:other.test'] });

const OLLAMA: Verdict = {
  service: 'ollama',
  version: '0.30.11',
  auth: 'open',
  operations: 'open, open, open',
  schemes: [],
  transport: 'tls',
  findings: ['critical unauthenticated-endpoint'],
  exit: 1,
};
const STRANGER: Verdict = {
  ...OLLAMA,
  service: null,
  version: null,
  auth: 'unknown',
  operations: 'unknown, unknown, unknown',
  findings: [],
  exit: 0,
};

async function ollama(t: TestContext): Promise<StandIn> {
  const standIn = await startStandIn(answersOf('ollama/open.http'));
  t.after(() => standIn.close());
  return standIn;
}

const certificate = ({ certificateFile, keyFile }: typeof GOOD): string =>
  `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile};`;

test('certificates are data', { concurrency: 2 }, async (t) => {
  const nginx = requireProgram(t, 'nginx');
  if (nginx === null) return;
  const rows = [
    { what: 'self-signed', pair: GOOD, names: ['DNS:box.test', 'IP:127.0.0.1'], ended: false },
    { what: 'expired', pair: EXPIRED, names: ['DNS:box.test', 'IP:127.0.0.1'], ended: true },
    { what: 'of another name', pair: MISNAMED, names: ['DNS:other.test'], ended: false },
  ];
  const ports = await freePorts(rows.length);
  const upstreams = await Promise.all(rows.map(() => ollama(t)));
  const servers = rows.map(
    ({ pair }, at) =>
      `server { listen 127.0.0.1:${ports[at]} ssl; ${certificate(pair)}
         location / { proxy_pass http://127.0.0.1:${upstreams[at]?.port}; } }`,
  );
  await startNginx(t, nginx, ports, servers);

  await Promise.all(
    rows.map(({ what, names, ended }, at) =>
      t.test(what, async () => {
        const { verdict, endpoint } = await scanPort(ports[at] ?? 0);

        assert.deepEqual(verdict, OLLAMA, JSON.stringify(endpoint, null, 1));
        assert.equal(endpoint.url, `https://127.0.0.1:${ports[at]}/`);
        const { tls } = endpoint;
        assert.equal(tls?.protocol, 'TLSv1.3');
        assert.equal(tls?.authorized, false);
        assert.equal(tls?.trustError, 'DEPTH_ZERO_SELF_SIGNED_CERT');
        assert.deepEqual(tls?.certificate?.names, names);
        assert.equal(tls?.certificate?.selfSigned, true);
        assert.equal(Date.parse(tls?.certificate?.notAfter ?? '') < Date.now(), ended);
        await assertLawful(upstreams[at]?.received ?? [], 'ollama');
      }),
    ),
  );
});
