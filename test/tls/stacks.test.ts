import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsEndpoint } from '../../src/model/tls.ts';
import { POSTERN, startChild } from '../support/child.ts';
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

const HYBRID_ONLY = ['X25519MLKEM768:ec', 'SecP256r1MLKEM768:ec:mutual', 'SecP384r1MLKEM1024:ml-dsa-65', 'MLKEM512:ec'];

test('Node 24.21.0 (OpenSSL 3.5): hybrid groups alone are read and graded on any Node, and say who is shut out', async (t) => {
  const program = requireProgram(t, 'node-24.21.0');
  if (program === null) return;
  const servers = await postQuantumServers(t, program, HYBRID_ONLY);

  for (const { port, wish } of servers) {
    const [groups, , mutual] = wish.split(':');
    const quick = await inspectPort(port, { serverName: 'box.test', mode: 'quick' });
    const endpoint = await inspectPort(port, { serverName: 'box.test' });

    assert.deepEqual([quick.grade.configuration, endpoint.grade.configuration], ['A+', 'A+'], wish);
    assert.deepEqual(endpoint.lacks, [], wish);
    assert.deepEqual([endpoint.postQuantum, endpoint.groups.map(({ name }) => name)], [true, [groups]]);
    assert.equal(endpoint.features.signatureSchemes.length, 1, wish);
    assert.equal(endpoint.clientCertificate.requested, mutual === 'mutual', wish);
    // Whether that is enforced takes a whole handshake, and so an OpenSSL that knows the group.
    const able = Number.parseFloat(process.versions.openssl ?? '') >= 3.5;
    assert.equal(endpoint.clientCertificate.verdict, mutual ? (able ? 'enforced-in-tls' : 'unknown') : 'none', wish);
    const refusing = endpoint.identities[0]?.refusals.filter(({ reason }) => /post-quantum groups/.test(reason));
    assert.ok(
      refusing?.some(({ client }) => client === 'curl'),
      wish,
    );
  }
});

test('the program itself on Node 24.21.0 does whole handshakes with hybrid groups too', async (t) => {
  const program = requireProgram(t, 'node-24.21.0');
  if (program === null) return;
  const servers = await postQuantumServers(t, program, HYBRID_ONLY);
  const places = servers.map(({ port }) => `127.0.0.1:${port}`);

  const run = await startChild(t, program, [POSTERN, 'tls', ...places, '--no-config', '--format', 'json']).finished();

  const { tls } = JSON.parse(run.out) as { tls: TlsEndpoint[] };
  const seen = servers.map(({ port }) => tls.find((endpoint) => endpoint.port === port));
  assert.deepEqual(
    seen.map((endpoint) => endpoint?.features.resumption),
    [true, false, true, true],
  );
  assert.equal(seen[1]?.clientCertificate.verdict, 'enforced-in-tls');
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
