import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { TlsVersion } from '../../src/model/tls.ts';
import { compiled } from '../support/compiled.ts';
import { requireProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/running.ts';
import { issue, rsaKeys } from './support/issue.ts';
import type { NamedOpinion, Opinion } from './support/oracles.ts';
import { writer } from './support/stacks.ts';

/*
 * GnuTLS cannot be told to listen on one address only: it runs in a network namespace of its own, and so do the three
 * scanners.
 */

const OPINIONS = compiled('tls/support/opinions');
const RSA = issue({ subject: 'box.test', dns: ['box.test'], keys: rsaKeys() });
const PORT = 5556;

/** What `opinions.ts` prints. */
interface Opinions {
  readonly postern: NamedOpinion;
  readonly lacks: readonly unknown[];
  readonly sslscan: Opinion;
  readonly nmap: NamedOpinion;
}

const OLD = '+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:-VERS-TLS1.3';
const WEAK = '+ARCFOUR-128:+3DES-CBC:+NULL:+ANON-ECDH:+ANON-DH:+DHE-RSA:+MD5:+SHA1:+SIGN-RSA-SHA1';

for (const { name, priority } of [
  { name: 'GnuTLS as it comes', priority: 'NORMAL' },
  { name: 'GnuTLS with everything old', priority: `NORMAL:${OLD}:${WEAK}` },
]) {
  test(name, { timeout: 120_000 }, async (t) => {
    const programs = ['unshare', 'ip', 'gnutls-serv', 'sslscan', 'nmap'].map((program) => requireProgram(t, program));
    if (programs.includes(null)) return;
    const [unshare = '', , server, sslscan, nmap] = programs as string[];
    const file = writer(temporaryFolder(t));
    const [cert, key] = [file('cert.pem', RSA.pem), file('key.pem', RSA.keyPem)];
    const script = [
      'ip link set lo up',
      `'${server}' --quiet --port ${PORT} --http --priority '${priority}' --x509certfile '${cert}' --x509keyfile '${key}' >/dev/null 2>&1 & server=$!`,
      'trap "kill $server" EXIT',
      `'${process.execPath}' '${OPINIONS}' ${PORT} '${sslscan}' '${nmap}'`,
    ];

    const { stdout } = await promisify(execFile)(unshare, ['-rn', 'sh', '-ec', script.join('\n')], {
      timeout: 110_000,
    });

    const { postern, lacks, sslscan: counts, nmap: names } = JSON.parse(stdout) as Opinions;
    const versions = Object.entries(postern);
    assert.ok(versions.length > 2);
    assert.deepEqual(lacks, []);
    assert.deepEqual(counts, Object.fromEntries(versions.map(([version, suites]) => [version, suites.length])));
    for (const [version, suites] of versions)
      assert.deepEqual([...(names[version as TlsVersion] ?? [])].sort(), [...suites].sort(), version);
  });
}
