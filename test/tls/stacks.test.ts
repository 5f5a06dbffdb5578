import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsEndpoint } from '../../src/model/tls.ts';
import { requireProgram } from '../support/program.ts';
import { freePort, startServer, temporaryFolder } from '../support/running.ts';
import { inspectPort } from './support/inspect.ts';
import { ecKeys, issue, rsaKeys } from './support/issue.ts';
import { type NamedOpinion, nmapSuites, type Opinion, sslscan } from './support/oracles.ts';
import { postQuantumServers } from './support/post-quantum.ts';
import { STACKS, writer } from './support/stacks.ts';

/*
 * The same suites per version as independent scanners see, on TLS stacks of different descent. Where those are known to
 * be wrong, what the server was set up with stands in for them.
 */

const RSA = issue({ subject: 'box.test', dns: ['box.test'], keys: rsaKeys() });
const EC = issue({ subject: 'box.test', dns: ['box.test'], keys: ecKeys() });

for (const stack of STACKS) {
  test(stack.name, { timeout: 120_000 }, async (t) => {
    const program = requireProgram(t, stack.program);
    if (program === null) return;
    const folder = temporaryFolder(t);
    const port = await freePort();
    await startServer(
      t,
      stack.starter ?? program,
      stack.args({ folder, port, rsa: RSA, ec: EC, file: writer(folder) }),
      [port],
    );

    const endpoint = await inspectPort(port);

    const ours = named(endpoint);
    if (stack.truth) assert.deepEqual(counted(ours), stack.truth);
    for (const name of stack.oracles) {
      const oracle = requireProgram(t, name);
      if (oracle === null) return;
      if (name === 'nmap') assert.deepEqual(sorted(await nmapSuites(oracle, port)), sorted(ours), name);
      else {
        // It has names of its own, and lists no suites of SSLv2 and SSLv3.
        const { SSLv2: _2, SSLv3: _3, ...comparable } = counted(ours);
        assert.deepEqual(await sslscan(oracle, port), comparable, name);
      }
    }
    assert.equal(endpoint.lacks.filter(({ check }) => check.startsWith('suites')).length, 0);
  });
}

test('Node 24.21.0 (OpenSSL 3.5): an ML-DSA certificate is read and graded, also where its signature cannot be checked', async (t) => {
  const program = requireProgram(t, 'node-24.21.0');
  if (program === null) return;
  const [server] = await postQuantumServers(t, program, ['X25519:ml-dsa-65']);

  const endpoint = await inspectPort(server?.port ?? 0, { serverName: 'box.test' });

  const [identity] = endpoint.identities;
  assert.equal(endpoint.grade.configuration, 'A+');
  assert.deepEqual(endpoint.grade.lacks, []);
  // OpenSSL 3.0 checks no such signature; a Node with 3.5 does.
  const checked = Number.parseFloat(process.versions.openssl ?? '') >= 3.5;
  assert.deepEqual(identity?.trust.states, [checked ? 'self-signed' : 'unknown']);
  if (!checked) assert.match(identity?.trust.reasons[0] ?? '', /cannot check a signature with ML-DSA-65/);
});

test('Node 24.21.0 (OpenSSL 3.5): hybrid groups alone give no grade, and say who is shut out', async (t) => {
  const program = requireProgram(t, 'node-24.21.0');
  if (program === null) return;
  const [server] = await postQuantumServers(t, program, ['X25519MLKEM768:ec']);

  const endpoint = await inspectPort(server?.port ?? 0);

  assert.equal(endpoint.postQuantum, true);
  assert.equal(endpoint.grade.configuration, null);
  assert.deepEqual([endpoint.grade.atMost, endpoint.grade.lacks], ['A+', ['the certificate']]);
  assert.ok(endpoint.lacks.some(({ check, reason }) => check === 'certificate in TLS 1.3' && reason !== ''));
  assert.deepEqual(
    endpoint.refusals?.map(({ client }) => client),
    ['Python requests', 'Python httpx', 'curl'],
  );
});

function named({ protocols }: TlsEndpoint): NamedOpinion {
  return Object.fromEntries(
    protocols.flatMap(({ version, suites }) =>
      suites.length > 0 ? [[version, suites.map((suite) => suite.name)] as const] : [],
    ),
  );
}

function counted(opinion: NamedOpinion): Opinion {
  return Object.fromEntries(Object.entries(opinion).map(([version, names]) => [version, names.length]));
}

function sorted(opinion: NamedOpinion): NamedOpinion {
  return Object.fromEntries(Object.entries(opinion).map(([version, names]) => [version, [...names].sort()]));
}
